//! The names of a new policy, from that of its company.

/// How many characters a company's name may have.
const MOST: usize = 100;

/// What the templates declare; the company is none of it.
const TAKEN: [&str; 13] = [
    "Collection",
    "Courier",
    "Customer",
    "CustomerData",
    "Delivery",
    "DeletionRequested",
    "EmailAddress",
    "LetterLink",
    "Name",
    "Newsletter",
    "OrderDelivered",
    "PostalAddress",
    "SwiftfootCouriers",
];

/// Labels of the templates, and words that no label can be.
const LABELS: [&str; 25] = [
    "because",
    "courier",
    "deleting",
    "deletion",
    "forgetting",
    "keeping",
    "knowing",
    "letters",
    "newsletter",
    "no-sale",
    "notwithstanding",
    "of",
    "ordering",
    "orders",
    "over",
    "parcels",
    "prevails",
    "requests",
    "security",
    "sharing",
    "stopping",
    "subject",
    "subscribers",
    "until",
    "with",
];

/// How the company and its policy are called.
pub struct Names {
    company: String,
    /// The company, as a term.
    pub term: String,
    /// The policy's label.
    pub label: String,
}

impl Names {
    /// From the company's name, and the label if one was chosen.
    pub fn new(company: &str, label: Option<&str>) -> Result<Names, String> {
        let company = company.trim();
        if company.is_empty() || company.chars().any(char::is_control) || company.chars().count() > MOST {
            return Err(format!("--company: a name is one line of 1 to {MOST} characters"));
        }
        let label = match label {
            Some(label) if is_label(label) => label.to_owned(),
            Some(label) => {
                return Err(format!(
                    "--policy: `{label}` cannot be the label; it is a word of letters, digits, `_` and single \
                     `-`, begins with a letter, and is none that the new policy has for a section or clause"
                ));
            }
            None => label_of(company),
        };
        Ok(Names { company: company.to_owned(), term: term_of(company), label })
    }

    /// The company within quotes of the language.
    pub fn in_string(&self) -> String {
        self.company.replace('\\', r"\\").replace('"', "\\\"")
    }

    /// The company within a heading of Markdown.
    pub fn in_markdown(&self) -> String {
        let mut out = String::new();
        for c in self.company.chars() {
            if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '|' | '~' | '$') {
                out.push('\\');
            }
            out.push(c);
        }
        out
    }
}

fn words(company: &str) -> impl Iterator<Item = &str> {
    company.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// `Meadow Books, Inc.` as `MeadowBooksInc`.
fn term_of(company: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    let term: String = words(company).map(capital).collect();
    if !begins_well(&term) || TAKEN.contains(&term.as_str()) { format!("Company{term}") } else { term }
}

/// `Meadow Books, Inc.` as `meadow-books-inc`.
fn label_of(company: &str) -> String {
    let label = words(company).map(str::to_lowercase).collect::<Vec<_>>().join("-");
    if is_label(&label) { label } else { format!("policy-{label}").trim_end_matches('-').to_owned() }
}

fn is_label(text: &str) -> bool {
    let parts = || text.split('-');
    begins_well(text)
        && parts().all(|p| !p.is_empty() && p.chars().all(|c| c.is_alphanumeric() || c == '_'))
        && !LABELS.contains(&text)
}

fn begins_well(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_alphabetic)
}
