//! Loading: what is refused, in which words, and that nothing makes it panic.

use crate::fixture::{content, file, load};
use caveat::bundle::format::*;
use caveat::bundle::{Bundle, LoadError, envelope};
use caveat::decide::{Request, Verdict, decide, explain, point};
use std::time::{Duration, Instant};

fn refusal(content: &Content) -> String {
    load(content).unwrap_err().to_string()
}

fn with_text(text: &str) -> Result<Bundle, LoadError> {
    Bundle::load(&envelope::write(text.as_bytes()))
}

fn text() -> String {
    serde_json::to_string(&content()).unwrap()
}

#[test]
fn the_content_stands_in_the_file_byte_for_byte() {
    let bundle = load(&content()).unwrap();
    assert_eq!(bundle.content(), &content());
    let head = format!(r#"{{"caveat":{{"content-sha256":"{}","format":1}},"content":"#, bundle.digest());
    assert_eq!(file(&content()), [head.as_bytes(), text().as_bytes(), b"}"].concat());
}

#[test]
fn a_bundle_can_be_shared() {
    fn shared<T: Send + Sync>() {}
    shared::<Bundle>();
    shared::<Request>();
}

#[test]
fn a_changed_byte_is_found() {
    let changed = String::from_utf8(file(&content())).unwrap().replace("vendors", "vendorz");
    let error = Bundle::load(changed.as_bytes()).unwrap_err();
    assert!(matches!(error, LoadError::Digest { .. }), "{error}");
}

#[test]
fn a_newer_format_is_refused_before_all_else() {
    let newer = br#"{"caveat":{"format":2,"seal":[]},"body":{}}"#;
    assert_eq!(
        Bundle::load(newer).unwrap_err().to_string(),
        "the bundle has format 2, and this version of caveat reads format 1; \
         update caveat, or build the bundle with an older one"
    );
}

#[test]
fn what_is_no_bundle_is_refused() {
    let files: [&[u8]; 6] = [b"", b"{}", b"[1]", b"\xff", br#"{"caveat":{"format":1}}"#, b"{} {}"];
    for file in files {
        let error = Bundle::load(file).unwrap_err();
        assert!(matches!(error, LoadError::NotABundle { .. }), "{error}");
    }
    let large = vec![b' '; (64 << 20) + 1];
    assert!(matches!(Bundle::load(&large), Err(LoadError::TooLarge { .. })));
}

#[test]
fn a_repeated_key_is_refused_with_its_place() {
    let twice = text().replacen(r#""label":"opt-out""#, r#""later":1,"label":"opt-out","later":2"#, 1);
    assert_eq!(
        with_text(&twice).unwrap_err().to_string(),
        "the key `later` stands twice in `content.statements[1]`"
    );
}

#[test]
fn unknown_optional_fields_are_kept() {
    let more = text().replacen('{', r#"{"later":[1,{"a":2}],"#, 1);
    let bundle = with_text(&more).unwrap();
    assert_eq!(bundle.content().extra.get("later").unwrap(), &serde_json::json!([1, {"a": 2}]));
}

#[test]
fn deep_json_is_refused() {
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    assert!(with_text(&deep).is_err());
    let deep = text().replacen('{', &format!(r#"{{"later":{deep},"#), 1);
    assert!(with_text(&deep).is_err());
}

/// Each way to break the content, with the words that say so.
#[test]
fn every_reference_is_checked() {
    type Break = fn(&mut Content);
    let cases: [(Break, &str); 22] = [
        (
            |c| c.statements[3].rules[0].boxes[0].data = 99,
            "`statements[3].rules[0].boxes[0].data` refers to set 99, and there is none of that number below 13",
        ),
        (
            |c| c.statements[0].rules[0].boxes[0].place = c.statements[1].rules[0].boxes[0].action,
            "`statements[0].rules[0].boxes[0].place` refers to cell 14, and there is none of that number below 3",
        ),
        (
            |c| c.statements[0].rules[0].boxes[0].when = Some(3),
            "`statements[0].rules[0].boxes[0].when` refers to condition 3, and there is none of that number below 3",
        ),
        (
            |c| {
                c.statements[2].limit =
                    Some(Limit::Minimum(Moment::Later(vec![Moment::After(9, Length::default())])))
            },
            "`statements[2].limit` refers to variable 9, and there is none of that number below 3",
        ),
        (
            |c| c.statements[2].limit = Some(Limit::Deadline(Moment::After(0, Length::default()))),
            "`statements[2].limit` counts from a fact",
        ),
        (|c| c.sets[0] = vec![(3, 4), (1, 2)], "`sets[0]` is not made of sorted, disjoint ranges"),
        (|c| c.sets[0] = vec![(2, 2)], "`sets[0]` is not made of sorted, disjoint ranges"),
        (
            |c| c.conditions[1] = Condition::Not(1),
            "`conditions[1]` refers to an earlier condition 1, and there is none of that number below 1",
        ),
        (
            |c| c.conditions[0] = Condition::In(3, vec![]),
            "`conditions[0]` refers to variable 3, and there is none of that number below 3",
        ),
        (
            |c| c.conditions[0] = Condition::In(2, vec![(0, 7)]),
            "`conditions[0]` refers to value 6, and there is none of that number below 6",
        ),
        (
            |c| c.impossible = Some(3),
            "`impossible` refers to condition 3, and there is none of that number below 3",
        ),
        (
            |c| c.precedence = vec![(0, 5)],
            "`precedence[0]` refers to statement 5, and there is none of that number below 5",
        ),
        (|c| c.precedence = vec![(0, 0)], "`precedence[0]` sets a statement over itself"),
        (|c| c.precedence = vec![(2, 1), (0, 1)], "`precedence[1]` is not in order"),
        (
            |c| c.policy.issuer = vec!["Nobody".into()],
            "`policy.issuer[0]` names a party that is not declared",
        ),
        (|c| c.vocabulary.data.terms[4].own = None, "`vocabulary.data` does not give each cell to one term"),
        (
            |c| c.vocabulary.places.any = vec![(1, u32::MAX)],
            "`vocabulary.places` does not give each cell to one term",
        ),
        (
            |c| c.vocabulary.data.terms[0].cells = vec![(1, 8)],
            "`vocabulary.data.terms[0].cells` refers to cell 7, and there is none of that number below 7",
        ),
        (
            |c| c.vocabulary.data.terms[4].name = "Information".into(),
            "`vocabulary.data.terms[4]` has a name that another has already",
        ),
        (
            |c| c.vocabulary.parties.subject = None,
            "`vocabulary.parties.subject` stands among the parties, and there alone",
        ),
        (
            |c| match &mut c.variables[2] {
                Variable::Clock { states, .. } => states[1].compare = vec![0],
                Variable::Fact { .. } => {}
            },
            "`variables[2].states[1].compare` does not compare with each threshold",
        ),
        (
            |c| c.rights.push(Right { sets: vec![(1, 2)], ..Right::default() }),
            "`rights[0].sets[0]` refers to value 2, and there is none of that number below 2",
        ),
    ];
    for (change, words) in cases {
        let mut content = content();
        change(&mut content);
        assert_eq!(refusal(&content), words);
    }
}

#[test]
fn conditions_may_be_nested_only_so_deep() {
    let mut content = content();
    content.conditions.extend((2..300).map(Condition::Not));
    assert_eq!(refusal(&content), "`conditions[259]` is nested too deep");
}

#[test]
fn shared_parts_of_conditions_are_evaluated_once() {
    let mut content = content();
    content.conditions.extend((2..202).map(|n| Condition::All(vec![n, n])));
    content.statements[0].rules[0].boxes[0].when = Some(202);
    let bundle = load(&content).unwrap();
    let begun = Instant::now();
    let request =
        Request::builder(&bundle).action("share").data("IpAddress").recipient("Mixpanel").build().unwrap();
    assert_eq!(decide(&bundle, &request).verdict, Verdict::Undetermined);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

/// Bytes changed at random under a right digest: refused, or answered; never a panic.
#[test]
fn nothing_makes_loading_or_deciding_panic() {
    let text = text().into_bytes();
    let mut state = 5_u64;
    let mut below = |end: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % end
    };
    let alphabet = b"0123456789-[]{},:\"tn ";
    let mut loaded = 0;
    for _ in 0..2_000 {
        let mut changed = text.clone();
        for _ in 0..1 + below(3) {
            let at = below(changed.len());
            match below(3) {
                0 => changed[at] = alphabet[below(alphabet.len())],
                1 => changed.insert(at, alphabet[below(alphabet.len())]),
                _ => drop(changed.drain(at..(at + below(9)).min(changed.len()))),
            }
        }
        let Ok(bundle) = Bundle::load(&envelope::write(&changed)) else { continue };
        loaded += 1;
        point(&bundle, &[1, 9, 3, 0, 1, 3, 3, 2, 1, 1], &[0, 1, 2]);
        point(&bundle, &[u32::MAX; 10], &[]);
        for action in ["share", "use"] {
            if let Ok(request) = Request::builder(&bundle).action(action).data("any").build() {
                assert_eq!(explain(&bundle, &request).verdict, decide(&bundle, &request).verdict);
            }
        }
    }
    assert!(loaded > 50, "{loaded}");
}
