//! Bad input to the loader: each a typed error that names the place, in bounded time and memory.
//!
//! `tests/conformance/refused` has a file for each constraint of the format; here is what a file can
//! not show: words, places, limits, and what a hostile file may cost.

use crate::fixture::content;
use caveat::bundle::format::{Condition, Content, MAX_NUMBER, Release};
use caveat::bundle::{Bundle, LoadError, envelope};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn with_text(text: &str) -> Result<Bundle, LoadError> {
    Bundle::load(&envelope::write(text.as_bytes()))
}

fn text() -> String {
    serde_json::to_string(&content()).unwrap()
}

/// The content with one thing in it changed, by its path.
fn changed(pointer: &str, value: Value) -> Result<Bundle, LoadError> {
    let mut json = serde_json::to_value(content()).unwrap();
    *json.pointer_mut(pointer).unwrap() = value;
    with_text(&json.to_string())
}

#[test]
fn mistakes_of_shape_name_their_path() {
    let cases = [
        ("/statements/3/rules/0/effect", json!("advise"), "statements[3].rules[0].effect"),
        ("/statements/3/rules/0/boxes/0/2", json!(-1), "statements[3].rules[0].boxes[0][2]"),
        ("/statements/3/rules/0/boxes/0/2", json!(1.5), "statements[3].rules[0].boxes[0][2]"),
        (
            "/statements/3/rules/0/boxes/0/2",
            json!(u64::from(u32::MAX) + 1),
            "statements[3].rules[0].boxes[0][2]",
        ),
        ("/statements/2/label", json!(7), "statements[2].label"),
        ("/sets/4", json!("all"), "sets[4]"),
        ("/sets/4/0", json!([1]), "sets[4][0]"),
        ("/conditions/1", json!({"xor": [0]}), "conditions[1].xor"),
        ("/vocabulary/data/terms/2/own", json!([]), "vocabulary.data.terms[2].own"),
        ("/precedence/0/1", json!(null), "precedence[0][1]"),
        ("/policy/issuer", json!({}), "policy.issuer"),
    ];
    for (pointer, value, path) in cases {
        match changed(pointer, value).unwrap_err() {
            LoadError::Content { place, offset, reason } => {
                assert_eq!(place, path, "{reason}");
                assert!(offset > envelope::CONTENT_OFFSET);
                assert!(!reason.contains(" at line "), "{reason}");
            }
            other => panic!("{pointer}: {other}"),
        }
    }
    let error = changed("/statements/2/label", json!(7)).unwrap_err().to_string();
    assert!(
        error.starts_with(
            "`statements[2].label` cannot be read: invalid type: integer `7`, expected a string"
        )
    );
}

#[test]
fn the_offset_is_that_of_the_file() {
    let broken = text().replacen("\"effect\":\"prohibit\"", "\"effect\":\"prohibit!\"", 1);
    let file = envelope::write(broken.as_bytes());
    let Err(LoadError::Content { offset, .. }) = Bundle::load(&file) else { panic!("it loaded") };
    let at = String::from_utf8(file).unwrap().find("prohibit!").unwrap();
    assert!((at..at + 12).contains(&offset), "{offset} is not at {at}");
}

#[test]
fn a_file_may_end_anywhere() {
    let file = envelope::write(text().as_bytes());
    for end in (0..file.len()).step_by(7) {
        let error = Bundle::load(&file[..end]).unwrap_err();
        assert!(matches!(error, LoadError::NotABundle { .. } | LoadError::Digest { .. }), "{end}: {error}");
    }
    // Sealed again after it was cut, it is still no content, and the place is its end.
    let cut = &text()[..text().len() / 2];
    let Err(LoadError::Content { offset, .. }) = with_text(cut) else { panic!("it loaded") };
    assert_eq!(offset, envelope::CONTENT_OFFSET + cut.len());
}

#[test]
fn json_may_be_nested_so_deep_and_no_deeper() {
    let nested = |depth: usize| {
        let deep = format!("{}{}", "[".repeat(depth - 1), "]".repeat(depth - 1));
        with_text(&text().replacen('{', &format!(r#"{{"later":{deep},"#), 1))
    };
    assert!(nested(127).is_ok());
    let error = nested(128).unwrap_err();
    assert!(
        matches!(&error, LoadError::Content { .. }) && error.to_string().contains("recursion limit"),
        "{error}"
    );
    // Moments and conditions are all that nests by itself.
    let moment =
        (0..40).fold(json!({"after": [2, {"months": 0, "minutes": 1}]}), |m, _| json!({"later": [m]}));
    let limit = json!({"sort": "deadline", "moment": moment});
    let mut json = serde_json::to_value(content()).unwrap();
    json["statements"][0]["limit"] = limit;
    assert!(with_text(&json.to_string()).is_ok());
    let moment =
        (0..70).fold(json["statements"][0]["limit"]["moment"].take(), |m, _| json!({"earlier": [m]}));
    json["statements"][0]["limit"] = json!({"sort": "deadline", "moment": moment});
    assert!(with_text(&json.to_string()).is_err());
}

#[test]
fn numbers_have_their_ends() {
    let mut most = content();
    most.release = Some(Release { revision: Some(MAX_NUMBER), ..Release::default() });
    assert!(crate::fixture::load(&most).is_ok());
    most.release = Some(Release { revision: Some(MAX_NUMBER + 1), ..Release::default() });
    assert_eq!(
        crate::fixture::load(&most).unwrap_err().to_string(),
        "`release.revision` is larger than 2^53 - 1"
    );
    for huge in ["1e400", "99999999999999999999999999", "-1", "1.0", "1e2", "0x10", "01", "+1", "NaN"] {
        let text = text().replacen("\"other-any\":6", &format!("\"other-any\":{huge}"), 1);
        assert!(matches!(with_text(&text), Err(LoadError::Content { .. })), "{huge}");
    }
}

/// Nothing in a file makes the loader do or hold much more than the file is long.
#[test]
fn hostile_files_cost_what_they_weigh() {
    let begun = Instant::now();
    // Ranges over all numbers, where few are.
    let all = json!([[0, u32::MAX]]);
    for pointer in
        ["/sets/0", "/vocabulary/data/any", "/vocabulary/parties/channels", "/vocabulary/data/terms/0/cells"]
    {
        assert!(changed(pointer, all.clone()).is_err(), "{pointer}");
    }
    assert!(changed("/conditions/0", json!({"in": [0, all]})).is_err());
    // A million empty sets, and a million boxes of the same few.
    let mut wide = content();
    wide.sets.extend(std::iter::repeat_n(Vec::new(), 1_000_000));
    assert!(crate::fixture::load(&wide).is_ok());
    // Conditions that would be 2^200 large if they were written out.
    let mut shared = content();
    shared.conditions.extend((2..202).map(|n| Condition::Any(vec![n, n])));
    shared.impossible = Some(202);
    assert!(crate::fixture::load(&shared).is_ok());
    // A million conditions, each on the one before: refused at the depth that is allowed.
    let mut deep = content();
    deep.conditions.extend((2..1_000_000).map(Condition::Not));
    assert_eq!(crate::fixture::load(&deep).unwrap_err().kind(), "malformed");
    // Brackets without end, and one string without end.
    for text in
        ["[".repeat(2_000_000), format!("{{\"a\":\"{}", "x".repeat(2_000_000)), "{\"a\":".repeat(400_000)]
    {
        assert_eq!(with_text(&text).unwrap_err().kind(), "content");
    }
    // Many members of one name, and of many.
    let many: String = (0..200_000).map(|n| format!("\"m{n}\":0,")).collect();
    assert!(with_text(&text().replacen('{', &format!("{{{many}"), 1)).is_ok());
    let error = with_text(&text().replacen('{', &format!("{{{many}\"m7\":0,"), 1)).unwrap_err();
    assert_eq!(error.to_string(), "the key `m7` stands twice in `content`");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn a_key_that_stands_twice_is_found_wherever_it_stands() {
    let cases = [
        ("{\"precedence\":[],", "content", "precedence"),
        ("{\"later\":{\"a\":[0,{\"b\":1,\"b\":2}]},", "content.later.a[1]", "b"),
        ("{\"later\":{\"\\u0061\":1,\"a\":2},", "content.later", "a"),
    ];
    for (start, place, key) in cases {
        let error = with_text(&text().replacen('{', start, 1)).unwrap_err();
        assert_eq!(error, LoadError::RepeatedKey { place: place.into(), key: key.into() });
    }
    let inner = text().replacen("\"effect\":\"permit\"", "\"effect\":\"permit\",\"effect\":\"permit\"", 1);
    assert_eq!(with_text(&inner).unwrap_err().kind(), "repeated-key");
    let inner = text().replacen("\"months\":1", "\"months\":1,\"months\":1", 1);
    assert_eq!(with_text(&inner).unwrap_err().kind(), "repeated-key");
}

#[test]
fn unknown_members_are_kept_wherever_they_may_stand() {
    let mut json = serde_json::to_value(content()).unwrap();
    let more = json!({"by": [1, 2.5, null, "x"]});
    let open = [
        "",
        "/policy",
        "/vocabulary/data",
        "/vocabulary/data/terms/0",
        "/variables/0",
        "/variables/2",
        "/verbs/0",
        "/statements/1",
    ];
    for pointer in open {
        json.pointer_mut(pointer).unwrap()["later"] = more.clone();
    }
    let bundle = with_text(&json.to_string()).unwrap();
    assert_eq!(serde_json::to_value(bundle.content()).unwrap(), json);
    assert_eq!(bundle.content().statements[1].extra.get("later"), Some(&more));
    for closed in
        ["/vocabulary", "/variables/2/states/0", "/variables/2/thresholds/0", "/statements/0/rules/0"]
    {
        let mut json = serde_json::to_value(content()).unwrap();
        json.pointer_mut(closed).unwrap()["later"] = more.clone();
        let error = with_text(&json.to_string()).unwrap_err();
        assert!(error.to_string().contains("unknown field `later`"), "{closed}: {error}");
    }
    let plain: Content = serde_json::from_str(&text()).unwrap();
    assert!(plain.extra.is_empty());
}
