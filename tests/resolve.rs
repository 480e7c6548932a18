//! What resolving reports, and what it makes of text that is in order.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use caveat::diagnostic::Finding;
use caveat::policy::Policy;
use caveat::resolve::{Link, Program, Unit, resolve};
use caveat::source::Sources;
use caveat::syntax::{parse, tree};

/// Folders by name, each with its files by name.
type Folders<'a> = [(&'a str, &'a [(&'a str, String)])];

fn load(folders: &Folders) -> (Sources, Program) {
    let mut sources = Sources::default();
    let mut units = Vec::new();
    let mut broken = false;
    for (folder, files) in folders {
        let mut unit = Unit { folder: (*folder).into(), files: vec![], imports: vec![], extends: vec![] };
        for (name, text) in *files {
            let id = sources.add(format!("{folder}/{name}"), text.clone());
            let (file, findings) = parse(&sources, id);
            broken |= !findings.is_empty();
            for finding in findings {
                eprintln!("{}: {} `{}`", finding.check, finding.message, sources.text(finding.primary.span));
            }
            let link = |written: &tree::Text| {
                let to = written.node.trim_start_matches("../");
                let unit = folders.iter().position(|(f, _)| *f == to).expect("a folder of the test");
                Link { written: written.clone(), unit }
            };
            for item in &file.items {
                match item {
                    tree::Item::Import(path) => unit.imports.push(link(path)),
                    tree::Item::Extends(path) => unit.extends.push(link(path)),
                    tree::Item::Policy(header) => unit.extends.extend(header.extends.iter().map(link)),
                    _ => {}
                }
            }
            unit.files.push(file);
        }
        units.push(unit);
    }
    (sources, Program { units, broken })
}

/// What every text of a test can name.
const VOCABULARY: &str = r#"
policy p "A policy" { issuer Us; document "d.md"; revised 2020-01-31; }
party Us "we";
people User { Child; }
parties Vendor bound by "contract" { Mixpanel; Aws; }
channel Site "a site";
data Info { Contact { Email; Phone; } Device { Ip; } }
data Reach = Email, Ip;
purpose Service { Support; }
purpose Marketing;
place Eu;
fact consent default false;
fact active ends at Closed;
fact region: Europe, Elsewhere default Elsewhere;
event Closed;
event Request;
duty notify(recipient);
duty respond;
"#;

/// Findings as lines: the check, the words that it points at, its message, its ways out.
fn lines(sources: &Sources, findings: &[Finding]) -> Vec<String> {
    let line = |f: &Finding| {
        assert!(caveat::resolve::CHECKS.contains(&f.check), "{} is not listed", f.check);
        let words = sources.text(f.primary.span);
        let mut line = format!("{} `{words}`: {}", f.check, f.message);
        for help in &f.help {
            line += &format!(" | {help}");
        }
        line
    };
    findings.iter().map(line).collect()
}

fn read(text: &str) -> (Option<Policy>, Vec<String>) {
    let files = [("vocabulary", VOCABULARY.to_owned()), ("policy", text.to_owned())];
    let (sources, program) = load(&[("p", &files)]);
    assert!(!program.broken, "the text of a test has a syntax error: {text}");
    let (policy, findings) = resolve(&program, &sources);
    (policy, lines(&sources, &findings))
}

/// What a text is reported for, in order: the check and the words that it points at, and a part of
/// what is said of it.
fn reports(text: &str, expected: &[(&str, &str)]) {
    let (policy, found) = read(text);
    let met = found.len() == expected.len()
        && found
            .iter()
            .zip(expected)
            .all(|(f, (start, part))| f.starts_with(&format!("{start}: ")) && f.contains(part));
    assert!(met, "{text}\nexpected {expected:#?}\nfound {found:#?}");
    assert_eq!(policy.is_some(), expected.is_empty(), "{text}");
}

/// The policy of a text that is in order.
fn sound(text: &str) -> Policy {
    let (policy, found) = read(text);
    assert!(found.is_empty(), "{text}\nfound {found:#?}");
    policy.expect("a policy")
}

#[test]
fn undeclared_names_and_what_was_meant() {
    for (text, words, part) in [
        ("may use Emial for Service;", "Emial", "did you mean `Email`?"),
        ("may use email for Service;", "email", "capital letters count"),
        ("may use Quux for Service;", "Quux", "declare it: `data Quux;`"),
        ("may use Info when consentt;", "consentt", "did you mean `consent`?"),
        ("may use Info after Reqest;", "Reqest", "did you mean `Request`?"),
        ("may use Info on basis consnt;", "consnt", "did you mean `consent`?"),
        ("may use Info with duty notfy;", "notfy", "did you mean `notify`?"),
        ("must notfy User;", "notfy", "did you mean `notify`?"),
        ("on Request must retian Info;", "retian", "did you mean `retain`?"),
        ("User has right of deletion over Info;", "deletion", "did you mean `erasure`?"),
        ("User has right of correction over Info;", "correction", "did you mean `rectification`?"),
        ("User has right of foo over Info;", "foo", "the rights are `information`, "),
        ("User has right of access over Info, starts Foo;", "Foo", "event Foo;"),
        ("clause c { cites ccpa \"x\"; }", "ccpa", "no document is `ccpa`"),
        ("promise \"x\" by Acme { cites \"y\"; }", "Acme", "party Acme;"),
        ("duty pay(amount); on Request must pay;", "amount", "duty pay(recipient);"),
        ("Foo includes Mixpanel;", "Foo", "party Foo;"),
    ] {
        reports(text, &[(&format!("undeclared `{words}`"), part)]);
    }
}

#[test]
fn an_undeclared_name_is_reported_once_with_all_its_places() {
    reports("may share Info to Nobody; must not share Info to Nobody;", &[("undeclared `Nobody`", "")]);
}

#[test]
fn words_of_another_kind_and_where_they_fit() {
    for (text, words, part) in [
        (
            "may share Info for Mixpanel;",
            "Mixpanel",
            "is a party, and a purpose belongs here | did you mean `to Mixpanel`?",
        ),
        (
            "may use Info for Mixpanel;",
            "Mixpanel",
            "the declared purposes are `Service`, `Support` and `Marketing`",
        ),
        ("may collect Info for Site;", "Site", "did you mean `from Site`?"),
        ("may use Info for Eu;", "Eu", "did you mean `in Eu`?"),
        ("may use Info for User;", "User", "did you mean `of User`?"),
        ("may use Info for consent;", "consent", "did you mean `when consent`?"),
        ("may use Info of the subject;", "the subject", "leave the phrase out"),
        ("may use Info for the subject;", "the subject", "a purpose belongs here"),
        ("may use Info when Europe;", "Europe", "did you mean `region is Europe`?"),
        ("may use Info when region;", "region", "`region is Europe`"),
        ("may use Info when region is Europa;", "Europa", "did you mean `Europe`?"),
        ("may use Info when region is (Europe, Moon);", "Moon", "its values are `Europe`, `Elsewhere`"),
        ("may use Info when consent is Yes;", "Yes", "write `consent` or `not consent`"),
        ("may use Info when Request;", "Request", "did you mean `after Request`?"),
        ("may use Info after consent;", "consent", "did you mean `when consent`?"),
        (
            "User has right of access over Info through Mixpanel;",
            "Mixpanel",
            "the only one that is declared is `Site`",
        ),
        ("User has right of access over Info, sets region;", "sets region", "write `sets region is Europe`"),
        (
            "User has right of access over Info, sets not region;",
            "sets not region",
            "write `sets region is Europe` or `sets region is Elsewhere`",
        ),
        (
            "User has right of access over Info, sets consent is Yes;",
            "sets consent is Yes",
            "write `sets consent`",
        ),
        ("Reach includes Phone;", "Reach", "a name for a list"),
        ("consent includes Phone;", "consent", "only a term has kinds"),
        ("data Foo includes Mixpanel;", "Mixpanel", "data belongs here"),
        ("data Foo bound by \"x\";", "\"x\"", "only a party can be `bound by`"),
        ("data Bar = any except Email; Info includes Bar;", "Bar", "more than a list of terms"),
        ("fact f: A, B default C;", "C", "its values are `A`, `B`"),
        ("fact f: A, B ends at Request;", "Request", "only what is true can end"),
    ] {
        reports(text, &[(&format!("wrong-kind `{words}`"), part)]);
    }
}

#[test]
fn phrases_that_the_action_does_not_take() {
    for (text, words, part) in [
        ("may use Info to Mixpanel;", "to Mixpanel", "write `share … to Mixpanel`"),
        ("may use Info to Marketing;", "to Marketing", "did you mean `for Marketing`?"),
        ("may share, use Info to Mixpanel;", "to Mixpanel", "`use` takes no `to`"),
        ("may share Info with Mixpanel;", "with Mixpanel", "did you mean `to Mixpanel`?"),
        ("may combine, use Info with Ip;", "with Ip", "`use` takes no `with`"),
        ("may retain Info within 30 days;", "within 30 days", "write `for …` or `until …`"),
        ("must retain Info within 30 days;", "within 30 days", "`retain` takes no `within`"),
        ("may retain Info for at least 30 days;", "for at least 30 days", "must retain … for at least …"),
        ("must delete Info for at least 30 days;", "for at least 30 days", "a minimum is for `must retain`"),
        ("must delete Info for 30 days;", "for 30 days", "for a deadline write `within …`"),
        ("must delete Info until Request;", "until Request", "for a deadline write `within …`"),
        ("must not retain Info for at most 30 days;", "for at most 30 days", "`must not … after …`"),
        ("must not retain Info indefinitely;", "indefinitely", "would forbid it at any time"),
        ("may delete Info promptly;", "promptly", "write `must … promptly`"),
        ("must not use Info on basis consent;", "on basis consent", "annotates a permission"),
        ("on Request must respond User;", "User", "duty respond(recipient);"),
        (
            "User has right of access over Info within 30 days after Request;",
            "30 days after Request",
            "a length alone",
        ),
    ] {
        reports(text, &[(&format!("phrase-not-taken `{words}`"), part)]);
    }
}

#[test]
fn sets_with_nothing_in_them() {
    for (text, words) in [
        ("may use Info except Info;", "Info except Info"),
        ("may use Device except Ip, Device;", "Device except Ip, Device"),
        ("may use other Reach;", "other Reach"),
        ("may use Info as identified except identified;", "as identified except identified"),
        ("data Foo = Email except Email;", "Email except Email"),
    ] {
        reports(text, &[(&format!("empty-set `{words}`"), "")]);
    }
}

#[test]
fn an_except_that_takes_nothing_out_is_kept_for_a_check() {
    let policy = sound("may use Device except Email for Service; data Foo = Device except Phone;");
    assert_eq!(policy.idle_excepts.len(), 2);
    assert!(sound("may use Info except Email; data Foo = Device except Ip;").idle_excepts.is_empty());
}

#[test]
fn dates_and_lengths_that_do_not_exist() {
    for (text, words, part) in [
        (
            "accept x of p because \"r\" until 2018-02-30;",
            "2018-02-30",
            "the last day of that month is 2018-02-28",
        ),
        ("accept x of p because \"r\" until 2018-13-01;", "2018-13-01", "months from 01 to 12"),
        ("may retain Info for 0 days;", "0 days", "cannot be zero"),
        ("may retain Info for 20000 years;", "20000 years", "longer than 9999 years"),
    ] {
        reports(text, &[(&format!("impossible-date `{words}`"), part)]);
    }
}

#[test]
fn only_where_it_says_nothing() {
    for (text, words, part) in [
        ("may use Info only for Service unless consent;", "unless consent", "`unless consent, …`"),
        ("may use Info only for any;", "only", "limits nothing"),
        ("may retain Info only indefinitely;", "only", "narrows nothing"),
    ] {
        reports(text, &[(&format!("misplaced-only `{words}`"), part)]);
    }
    sound("unless consent, may use Info only for Service; may use Info only when consent;");
}

#[test]
fn labels_that_are_not_there() {
    for (text, words, part) in [
        ("a: may use Info, subject to b;", "b", "no label is `b`"),
        ("a: may use Info, subject to a;", "a", "covers nothing but this itself"),
        ("aaa prevails over bbbb; aaa: may use Info; bbb: may use Ip;", "bbbb", "did you mean `bbb`?"),
        (
            "clause c { promise \"x\" { cites \"y\"; } } a: may use Info, subject to c;",
            "c",
            "covers no statement",
        ),
        ("accept x of q because \"r\" until 2030-01-01;", "q", "nothing here is called `q`"),
    ] {
        reports(text, &[(&format!("dangling-precedence `{words}`"), part)]);
    }
}

#[test]
fn things_declared_twice() {
    reports(
        "a: may use Info; a: may share Info; section a { clause p {} }",
        &[("duplicate `a`", ""), ("duplicate `a`", ""), ("duplicate `p`", "")],
    );
    reports(
        "data Email; data Mixpanel; duty notify;",
        &[
            ("duplicate `Mixpanel`", "give one of them another name"),
            ("duplicate `Email`", "`… includes Email;`"),
            ("duplicate `notify`", ""),
        ],
    );
    reports("fact f: A, B, A;", &[("duplicate `A`", "")]);
    reports("policy q \"x\" { issuer Us; }", &[("policy-header `p`", "second header")]);
}

#[test]
fn terms_under_themselves() {
    reports("data A includes B; data B includes C; data C; C includes A;", &[("cyclic-vocabulary `A`", "")]);
    reports("data A includes A;", &[("cyclic-vocabulary `A`", "")]);
    reports("data A = B; data B = A;", &[("cyclic-vocabulary `A`", "")]);
    reports("data A { B; } data C = A; B includes C;", &[("cyclic-vocabulary `A`", "lies under itself")]);
}

fn main_file(text: &str) -> [(&'static str, String); 1] {
    [("main", text.to_owned())]
}

fn read_folders(folders: &Folders) -> (Option<Policy>, Vec<String>) {
    let (sources, program) = load(folders);
    assert!(!program.broken);
    let (policy, findings) = resolve(&program, &sources);
    (policy, lines(&sources, &findings))
}

const BASE: &str = "policy base \"B\" { issuer Us; document \"d.md\"; revised 2020-01-01; }
    party Us; data Info; event E; fact f; never f and after E;
    section s { a: may use Info; b: must not use Info, subject to s; }";

#[test]
fn an_extension_adds_and_inherits() {
    let root = main_file(
        "policy ext \"X\" { extends \"../base\"; } Info includes More; data More; c: may share More, notwithstanding s; ext prevails over base;",
    );
    let (policy, found) = read_folders(&[("ext", &root), ("base", &main_file(BASE))]);
    assert_eq!(found, Vec::<String>::new());
    let policy = policy.expect("a policy");
    assert_eq!((policy.label.as_str(), policy.issuer.len(), policy.documents.len()), ("ext", 1, 1));
    assert_eq!(policy.statements.iter().map(|s| s.unit).collect::<Vec<_>>(), [0, 1, 1]);
    assert_eq!(policy.labels.get("base").map(|n| n.len()), Some(2));
    assert_eq!(policy.labels.get("ext").map(|n| n.len()), Some(1));
    // `b` yields to `a` alone: it is itself in `s`, and subject to it.
    let sizes: Vec<_> = policy.precedence.iter().map(|l| (l.winners.len(), l.losers.len(), l.unit)).collect();
    assert_eq!(sizes, [(1, 2, 0), (1, 1, 1), (1, 2, 0)]);
    let info = policy.vocabulary.find("Info").expect("a term");
    assert_eq!(policy.vocabulary.cells(info).len(), 2);
    assert_eq!(policy.never.len(), 1);
}

#[test]
fn an_import_brings_vocabulary_alone() {
    let root =
        main_file("policy x \"X\" { issuer Us; } import \"../base\"; may share Info; s prevails over x;");
    let (_, found) = read_folders(&[("x", &root), ("base", &main_file(BASE))]);
    assert_eq!(
        found,
        ["dangling-precedence `s`: no label is `s` | a statement gets a label in front: `s: …`"]
    );
    let root = main_file("policy x \"X\" { issuer Us; } import \"../base\"; may share Info;");
    let (policy, _) = read_folders(&[("x", &root), ("base", &main_file(BASE))]);
    let policy = policy.expect("a policy");
    assert_eq!((policy.statements.len(), policy.never.len(), policy.facts.len()), (1, 1, 1));
}

#[test]
fn names_mean_what_they_mean_where_they_are_written() {
    let root = main_file("policy x \"X\" { } extends \"../base\"; party Mine; c: may use Info;");
    let base = main_file(&format!("{BASE} may share Info to Mine; d: may use Info, subject to c;"));
    let (_, found) = read_folders(&[("x", &root), ("base", &base)]);
    assert!(found[0].starts_with("undeclared `Mine`: `Mine` is not declared here"), "{found:?}");
    assert!(found[1].starts_with("dangling-precedence `c`: no label here is `c`"), "{found:?}");
    assert_eq!(found.len(), 2);
}

#[test]
fn an_extension_is_to_blame_for_what_it_declares_again() {
    let root = main_file("policy x \"X\" { } extends \"../base\"; party Us; a: may use Info;");
    let (sources, program) = load(&[("x", &root), ("base", &main_file(BASE))]);
    let (_, findings) = resolve(&program, &sources);
    let places: Vec<_> = findings.iter().map(|f| (f.check, f.primary.span.source.0)).collect();
    assert_eq!(places, [("duplicate", 0), ("duplicate", 0)]);
}

#[test]
fn policies_that_extend_one_another() {
    let root = main_file("policy x \"X\" { issuer A; extends \"../y\"; } party A;");
    let other = main_file("policy y \"Y\" { issuer B; extends \"../x\"; } party B;");
    let (_, found) = read_folders(&[("x", &root), ("y", &other)]);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("cyclic-extends `\"../x\"`: a policy cannot extend itself"), "{found:?}");
}

#[test]
fn a_policy_without_a_header() {
    let (_, found) = read_folders(&[("x", &main_file("party A;"))]);
    assert!(found[0].starts_with("policy-header ``: `x` has no policy header"), "{found:?}");
    let (_, found) = read_folders(&[("x", &main_file("policy x \"X\" { }"))]);
    assert!(
        found[0].starts_with("policy-header `x`: the header does not say whose policy it is"),
        "{found:?}"
    );
}

#[test]
fn what_a_syntax_error_lost_is_not_reported_as_undeclared() {
    let text = "policy x \"X\" { issuer A; } party A; data {{ B; event C D; may use B after C to Nobody; may share B to Nobody;";
    let (sources, program) = load(&[("x", &main_file(text))]);
    assert!(program.broken);
    let (policy, findings) = resolve(&program, &sources);
    assert!(policy.is_none());
    let found = lines(&sources, &findings);
    assert!(!found.iter().any(|f| f.contains("undeclared `B`") || f.contains("undeclared `C`")), "{found:?}");
}

#[test]
fn conditions_in_front_behind_and_behind_only() {
    use caveat::flow::expression::Expression;
    let policy = sound(
        "section s when consent { clause c unless active { when region is Europe, may use Info while active only when region is not Europe; } }",
    );
    let s = &policy.statements[0];
    let consent = Expression::Fact(0, vec![1]);
    let active = Expression::Fact(1, vec![1]);
    let europe = Expression::Fact(2, vec![0]);
    assert_eq!(s.scope, Expression::All(vec![consent, active.clone().not(), europe.clone()]));
    assert_eq!(s.guard, active);
    assert_eq!(s.only_guard, Some(europe.not()));
    assert_eq!(s.conditions.len(), 3);
}

#[test]
fn lengths_count_from_what_stands_in_front_else_from_the_collection() {
    use caveat::flow::expression::Length;
    use caveat::policy::{LimitSort, Moment};
    let month = Length { months: 1, minutes: 1_440 };
    let limit = |text: &str| {
        let policy = sound(text);
        let limit = policy.statements[0].limit.clone().expect("a limit");
        (limit.sort, limit.moment, policy.events.iter().map(|e| e.name.clone()).collect::<Vec<_>>())
    };
    let (sort, moment, events) = limit("on Closed or Request, must delete Info within 1 month + 1 day;");
    assert_eq!(sort, LimitSort::Deadline);
    assert_eq!(moment, Moment::Earlier(vec![Moment::After(0, month), Moment::After(1, month)]));
    assert_eq!(events, ["Closed", "Request"]);
    let (sort, moment, events) = limit("must retain Info for at least 1 month + 1 day;");
    assert_eq!(sort, LimitSort::Minimum);
    assert_eq!(moment, Moment::After(2, month));
    assert_eq!(events, ["Closed", "Request", "Collection"]);
    let (_, moment, _) = limit("must delete Info after Request within 1 month + 1 day;");
    assert_eq!(moment, Moment::After(1, month));
}

#[test]
fn a_right_permits_its_fulfilment() {
    use caveat::flow::dimension::Dimension;
    use caveat::policy::{Action, Norm};
    let policy = sound(
        "r: User has right of access, portability, erasure over Contact for Marketing through Site, \"x@y.z\" when consent, starts Request, sets not active;",
    );
    let right = &policy.rights[0];
    assert_eq!(right.fulfilment, [0, 1]);
    assert_eq!((right.through.len(), &right.starts[..], &right.sets[..]), (2, &[1][..], &[(1, 0)][..]));
    let [disclose, erase] = &policy.statements[..] else { panic!("two statements") };
    assert_eq!((&disclose.actions[..], &erase.actions[..]), (&[Action::Disclose][..], &[Action::Erase][..]));
    let recipient = &disclose.phrases.get(Dimension::Recipient).cells;
    assert_eq!(recipient.iter().collect::<Vec<_>>(), [policy.vocabulary.subject()]);
    assert!(erase.phrases.get(Dimension::Purpose).any);
    assert_eq!(*policy.labels["r"], [Norm::Right(0), Norm::Statement(0), Norm::Statement(1)]);
}

#[test]
fn phrases_left_out_have_their_defaults() {
    use caveat::flow::dimension::Dimension;
    let policy = sound("may share Info from Site;");
    let s = &policy.statements[0];
    let us = policy.vocabulary.find("Us").expect("a party");
    assert_eq!(&s.phrases.get(Dimension::Actor).cells, policy.vocabulary.cells(us));
    assert_eq!(s.phrases.get(Dimension::Form).cells.len(), 2);
    assert_eq!(&s.phrases.get(Dimension::Source).cells, policy.vocabulary.channels());
    assert_eq!(&s.phrases.get(Dimension::Recipient).cells, policy.universe.get(Dimension::Recipient));
    assert_eq!(s.phrases.get(Dimension::Action).cells.len(), 6);
    assert!(policy.universe.get(Dimension::Recipient).contains(policy.vocabulary.subject()));
    assert!(!policy.universe.get(Dimension::Subject).contains(policy.vocabulary.subject()));
}

#[test]
fn ten_thousand_steps_are_no_more_than_ten_thousand_steps() {
    let mut text = String::new();
    for i in 0..10_000 {
        text += &format!("data D{i}; ");
        if i > 0 {
            text += &format!("D{} includes D{i};\n", i - 1);
        }
    }
    let vocabulary = sound(&text).vocabulary;
    let first = vocabulary.find("D0").expect("a term");
    assert_eq!(vocabulary.cells(first).len(), 10_000);
    text += "D9999 includes D0;";
    reports(&text, &[("cyclic-vocabulary `D0`", "")]);
}
