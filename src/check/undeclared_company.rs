//! A company that the document names as acting, and the policy does not know.

use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::companies::mentions;
use crate::policy::Policy;
use crate::vocabulary::Graph;

/// The check.
pub const CHECK: Check = Check {
    name: "undeclared-company",
    level: Level::Warning,
    family: Family::ThirdParties,
    page: include_str!("../../docs/checks/undeclared-company.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.documents.entries.iter().all(|e| e.text.is_err()) {
        return;
    }
    let known = Known::new(context.analysis.policy);
    for entry in &context.documents.entries {
        let Ok(text) = &entry.text else { continue };
        for mention in mentions(text) {
            let Some(sentence) = text.sentences.get(mention.sentence).filter(|_| !known.holds(&mention.name))
            else {
                continue;
            };
            let name = &mention.name;
            let mut finding = CHECK
                .finding(
                    format!("the document names `{name}`, and the policy does not declare it"),
                    sentence.span,
                )
                .at("it acts, gives or receives here");
            let citing = entry.cited.iter().find(|c| c.sentence() == Some(mention.sentence));
            if let Some(cited) = citing {
                finding = finding.and(cited.citation.span, "cited here");
            }
            let term: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
            findings.push(
                finding
                    .help(format!("declare it where it belongs: `party {term} \"{name}\";`"))
                    .help("if a declared party is meant, say the name in its description"),
            );
        }
    }
}

/// The names that a policy knows: of parties and channels, and what its terms are described as.
struct Known {
    /// Names and descriptions, as words with spaces around them.
    texts: Vec<String>,
    /// The names of parties, likewise.
    parties: Vec<String>,
}

impl Known {
    fn new(policy: &Policy) -> Known {
        let mut known = Known { texts: Vec::new(), parties: Vec::new() };
        known.texts.extend(policy.title.as_deref().map(plain));
        for (_, term) in policy.vocabulary.terms() {
            let described = term.description.as_deref().map(plain);
            if term.graph == Graph::Party {
                let apart = plain(&apart(&term.name));
                known.parties.extend([plain(&term.name), apart.clone()]);
                known.texts.extend([plain(&term.name), apart]);
                if let Some(first) = described.as_deref().and_then(|d| d.split_whitespace().next())
                    && known.parties.last().is_some_and(|p| p.trim().starts_with(first))
                {
                    known.parties.push(format!(" {first} "));
                }
            }
            known.texts.extend(described);
        }
        known
    }

    /// Whether a name is one of these, part of one, or one of these with a word more (`Google` and
    /// `Google Analytics`).
    fn holds(&self, name: &str) -> bool {
        let name = plain(name);
        let joined = name.replace(' ', "");
        self.texts.iter().any(|t| t.contains(&name) || t.replace(' ', "") == joined)
            || self.parties.iter().any(|p| name.contains(p.as_str()))
    }
}

/// The words of a text in lower case, without a plural's `s`, with a space around each.
fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let singular = |w: &str| w.strip_suffix('s').filter(|s| s.len() > 2).unwrap_or(w).to_owned();
    let words: Vec<String> = words.map(singular).collect();
    format!(" {} ", words.join(" "))
}

/// `AmazonWebServices` as `Amazon Web Services`.
fn apart(name: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for c in name.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            out.push(' ');
        }
        out.push(c);
        before = c;
    }
    out
}
