//! `caveat retention`: by when data must be erased, and until when it must be kept.

use super::ask::{Answer, Asked, given_lines};
use super::output::Output;
use super::{CLEAN, COULD_NOT_RUN, FOUND, Format, UNDETERMINED};
use crate::decide::{Bound, Period, Retention, Verdict, json};
use jiff::civil::DateTime;

/// What can be said behind `retention`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  \
    caveat retention bundle.json '{\"data\":\"IpAddress\",\"events\":{\"DeletionRequest\":\"2026-01-31\"}}'\n\n\
    Exit codes:\n  0  answered\n  1  there is a time in which it must be neither kept nor erased\n  2  could not run\n  \
    3  undetermined in part")]
pub struct Options {
    #[command(flatten)]
    asked: Asked,
    /// The data, and where it matters `subject`, `purpose`, `place`, `form`, `facts`; `events` with
    /// the time of each, or `null` for one that has not happened
    #[arg(value_name = "JSON")]
    question: String,
    #[command(flatten)]
    answer: Answer,
}

/// Asks and prints.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    let Some(bundle) = options.asked.bundle(&options.answer, output)? else { return Ok(COULD_NOT_RUN) };
    let question = options.question.trim();
    if !question.starts_with('{') {
        let is_name =
            !question.is_empty() && question.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        let data = if is_name { question } else { "DATA" };
        return Err(format!(
            "the question is JSON: `{{\"data\": \"{data}\", \"events\": {{\"EVENT\": \"YYYY-MM-DD\"}}}}`, with the time of each \
             event, or null for one that has not happened"
        ));
    }
    let found = json::retention(&bundle, options.question.as_bytes()).map_err(|why| why.to_string())?;
    let text = match options.answer.format {
        Format::Human => as_text(&found),
        Format::Json => {
            serde_json::to_string_pretty(&found).map_err(|e| format!("cannot write JSON: {e}"))? + "\n"
        }
    };
    output.print(&text)?;
    Ok(match (found.conflict, found.undetermined) {
        (true, _) => FOUND,
        (false, true) => UNDETERMINED,
        (false, false) => CLEAN,
    })
}

fn as_text(found: &Retention) -> String {
    let mut out = String::new();
    // It comes first: whoever reads one line must not take a part for the whole.
    if found.undetermined && found.holds_until.is_none() {
        out.push_str("undetermined in part: what is not said decides by when it must be erased or kept\n");
    }
    let bounds = [
        ("to be erased by", "not to be kept at all", &found.erase_by, true),
        ("to be kept until", "to be kept, with no end in sight", &found.keep_until, false),
        ("may be kept until", "may be kept, with no end in sight", &found.permitted_until, true),
    ];
    for (words, always, bound, is_end) in bounds {
        let Some(Bound { at, by }) = bound else { continue };
        // What is not known can make it earlier, and nothing that is said makes it later.
        let latest = if is_end && !found.open.is_empty() { " at the latest" } else { "" };
        out.push_str(&at.map_or_else(|| always.to_owned(), |at| format!("{words} {}{latest}", minute(at))));
        out.push('\n');
        by.iter().for_each(|given| out.push_str(&given_lines("by", given)));
    }
    if let Some(until) = found.holds_until {
        out.push_str(&format!(
            "what was said can hold until {} and no longer: ask again with what is so then\n",
            minute(until)
        ));
    } else if out.is_empty() {
        out.push_str("the policy sets no time for keeping or erasing it\n");
    }
    if found.conflict {
        out.push_str("conflict: there is a time in which it must be neither kept nor erased\n");
    }
    if !found.open.is_empty() {
        out.push_str(&format!(
            "  not said, and the policy makes something of it: {}\n",
            found.open.join(", ")
        ));
    }
    if !found.awaited.is_empty() {
        out.push_str(&format!("  has not happened, and would change this: {}\n", found.awaited.join(", ")));
    }
    if found.periods.len() > 1 {
        found.periods.iter().for_each(|period| out.push_str(&line(period)));
    }
    out.push_str(&format!("  policy {}, bundle {}\n", found.policy, found.bundle));
    out
}

fn minute(time: DateTime) -> String {
    format!("{} UTC", time.strftime("%Y-%m-%d %H:%M"))
}

fn line(period: &Period) -> String {
    let from = period.from.map_or_else(String::new, minute);
    let word = |verdict: Option<Verdict>| verdict.map_or("cannot come about", Verdict::name);
    format!("  from {from}: keeping {}, erasing {}\n", word(period.keep), word(period.erase))
}
