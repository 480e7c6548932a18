//! Mistakes about tests: lines that stand outside of one, and lines without a verdict or with another word for it.

use super::{ACTIONS, Failure, VERDICTS, error, nearest};
use crate::diagnostic::Finding;
use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::scanner::Kind;
use crate::syntax::structure::Context;

/// How a line of a test reads.
const FORM: &str = "a line of a test reads `prohibited sell Email to any;`, the verdict first";

/// Words for a verdict that are none, with the one that is meant.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("allow", "permitted"),
    ("allowed", "permitted"),
    ("permit", "permitted"),
    ("permits", "permitted"),
    ("deny", "prohibited"),
    ("denied", "prohibited"),
    ("forbid", "prohibited"),
    ("forbidden", "prohibited"),
    ("prohibit", "prohibited"),
    ("prohibits", "prohibited"),
    ("refused", "prohibited"),
    ("open", "undetermined"),
    ("undecided", "undetermined"),
    ("unknown", "undetermined"),
    ("silent", "unstated"),
    ("unlisted", "unlisted-third-party"),
];

/// Words that other tools put before what is expected.
const TOO_MUCH: &[&str] = &["assert", "expect", "expects", "is", "that"];

/// `permitted share X;` outside a test
pub(super) fn outside(f: &Failure<'_>) -> Option<Finding> {
    let asks = f.context != Context::Test && VERDICTS.contains(&f.word(0)) && f.stop > 1;
    (asks && (f.is_action(1) || f.is_action(2))).then(|| {
        error(format!("`{}` stands outside a test", f.word(0)), f.span(0))
            .help("put what is expected into one: `test NAME { … }`")
    })
}

/// `allowed share X`, `expect permitted share X`, `permited share X`, `Permitted share X`
pub(super) fn other_word(f: &Failure<'_>) -> Option<Finding> {
    if f.context != Context::Test || f.stop > 0 {
        return None;
    }
    let first = f.word(0).to_lowercase();
    if TOO_MUCH.contains(&first.as_str()) && VERDICTS.contains(&f.word(1)) {
        let finding = error(format!("`{}` is too much here", f.word(0)), f.span(0)).note(FORM);
        let place = Span { end: f.span(1).start, ..f.span(0) };
        return Some(finding.help("leave it out").fix("leave it out", place, ""));
    }
    if first == "not" && VERDICTS.contains(&f.word(1)) {
        let finding = error(format!("`not {}` is no verdict", f.word(1)), f.spans(0, 1));
        return Some(
            finding.help("write the one that is meant: `prohibited`, or `unstated` where nothing is said"),
        );
    }
    let same = VERDICTS.iter().find(|v| **v == first).copied();
    let other = OTHER_WORDS.iter().find(|(word, _)| *word == first).map(|(_, meant)| *meant);
    let meant = same.or(other).or_else(|| nearest(&first, VERDICTS))?;
    Some(error(format!("`{}` is no verdict", f.word(0)), f.span(0)).help(format!("write `{meant}`")).fix(
        format!("write `{meant}`"),
        f.span(0),
        meant,
    ))
}

/// `share X to Y;`, `must not sell X;`, `share X is prohibited;`
pub(super) fn no_verdict(f: &Failure<'_>) -> Option<Finding> {
    if f.context != Context::Test {
        return None;
    }
    let must = f.stop > 0 && f.word(f.stop) == "must";
    if must {
        let last = if f.word(f.stop + 1) == "not" { f.stop + 1 } else { f.stop };
        let finding = error("a line of a test asks, and commands nothing", f.spans(f.stop, last));
        return Some(finding.note(FORM).help("leave this out; the verdict in front says what is expected"));
    }
    if f.kind(f.stop) == Some(Kind::Colon) && f.stop == 1 {
        let finding = error("no `:` stands behind a verdict", f.span(1)).help("leave it out");
        return Some(finding.fix("leave it out", f.span(1), ""));
    }
    if f.stop > 0 || f.kind(0).is_none() {
        return None;
    }
    let behind = VERDICTS.iter().find(|v| (1..f.tokens.len()).any(|i| f.word(i) == **v));
    let help = match behind {
        Some(verdict) => format!("put `{verdict}` in front"),
        None => "begin with `permitted`, `prohibited`, `unstated`, `undetermined` or `unlisted-third-party`"
            .to_owned(),
    };
    Some(error("what is expected here?", f.span(0)).note(FORM).help(help))
}

/// `permitted when consent, use X;`, `permitted to use X;`, `permitted using X;`, `permitted X;`
pub(super) fn no_action(f: &Failure<'_>) -> Option<Finding> {
    let expects_action = f.expects(&[Rule::action, Rule::actions]);
    if f.context != Context::Test || !VERDICTS.contains(&f.word(0)) || !expects_action {
        return None;
    }
    let verdict = f.word(0);
    match f.word(1) {
        word @ ("when" | "unless" | "while" | "if") => {
            let finding = error("a condition stands behind what is asked", f.span(1));
            let word = if word == "if" { "when" } else { word };
            return Some(finding.help(format!(
                "write `{verdict} use … {word} …`; for all lines of a test, put it there: `test NAME {word} … {{`"
            )));
        }
        "to" => {
            let place = Span { end: f.span(2).start, ..f.span(1) };
            let finding = error("`to` is too much here", f.span(1)).help("leave it out");
            return Some(finding.fix("leave it out", place, ""));
        }
        word => {
            if let Some(action) = word.strip_suffix("ing").and_then(action) {
                let finding = error(format!("`{word}` is not an action"), f.span(1));
                let help = format!("write `{action}`");
                return Some(finding.help(help.clone()).fix(help, f.span(1), action));
            }
        }
    }
    // An actor alone can go on with a comma, so what is missing is said of what is there.
    let asked = (f.stop == 1 || f.is_name(1)) && !(1..f.stop).any(|i| f.is_action(i));
    asked.then(|| {
        let what = if f.stop == 1 { "what is asked is missing" } else { "what is done is missing" };
        error(what, f.span(f.stop)).note(FORM).help(format!("write the action: `{verdict} use …`"))
    })
}

/// The action of a word that has lost its `ing`.
fn action(stem: &str) -> Option<&'static str> {
    let same = |action: &&&str| **action == stem || action.strip_suffix('e') == Some(stem);
    ACTIONS.iter().find(same).copied()
}
