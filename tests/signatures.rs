//! Signatures: what is trusted, and that nothing else ever is.

#![cfg(feature = "compiler")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use base64ct::{Base64UrlUnpadded, Encoding};
use caveat::bundle::format::{Content, Release};
use caveat::bundle::key::{KeyError, PublicKey};
use caveat::bundle::sign::PrivateKey;
use caveat::bundle::trust::{Trust, TrustError};
use caveat::bundle::{Bundle, LoadError, envelope};
use ed25519_dalek::{Signer, SigningKey};
use jiff::Timestamp;

#[path = "decide/fixture.rs"]
#[allow(dead_code)]
mod fixture;

fn key(seed: u8) -> PrivateKey {
    PrivateKey::from_seed(&[seed; 32]).unwrap()
}

fn trusting(keys: &[&PrivateKey]) -> Trust {
    Trust::new(keys.iter().map(|key| key.public().clone())).unwrap()
}

fn now() -> Timestamp {
    "2026-11-27T12:00:00Z".parse().unwrap()
}

fn file_of(content: &Content) -> Vec<u8> {
    envelope::write(&serde_json_canonicalizer::to_vec(content).unwrap())
}

fn file() -> Vec<u8> {
    file_of(&fixture::content())
}

/// A small bundle, so that every byte of it can be changed in every way worth trying.
fn small() -> Vec<u8> {
    let mut content = fixture::content();
    content.statements.truncate(1);
    content.conditions.clear();
    content.precedence.clear();
    content.variables.clear();
    file_of(&content)
}

fn load(file: &[u8], signatures: &str, trust: &Trust) -> Result<Bundle, TrustError> {
    Bundle::load_trusted(file, signatures.as_bytes(), trust, now())
}

/// A signature as somebody with a trusted key might make it, with a header of their own.
fn crafted(seed: u8, header: &str, file: &[u8]) -> String {
    let header = Base64UrlUnpadded::encode_string(header.as_bytes());
    let input = format!("{header}.{}", Base64UrlUnpadded::encode_string(file));
    let signature = SigningKey::from_bytes(&[seed; 32]).sign(input.as_bytes());
    format!("{header}..{}", Base64UrlUnpadded::encode_string(&signature.to_bytes()))
}

#[test]
fn the_example_of_rfc_8037_is_read_signed_and_verified() {
    // RFC 8037, appendix A.1 to A.4: the key, its thumbprint, and the signature over "Example of Ed25519 signing".
    let private = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let key = PrivateKey::read(private.as_bytes()).unwrap();
    assert_eq!(key.public().id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let secret: [u8; 32] = Base64UrlUnpadded::decode_vec("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
        .unwrap()
        .try_into()
        .unwrap();
    let signed =
        SigningKey::from_bytes(&secret).sign(b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc");
    assert_eq!(
        Base64UrlUnpadded::encode_string(&signed.to_bytes()),
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    );
}

#[test]
fn what_a_trusted_key_signed_loads_and_says_who_signed() {
    let (ours, file) = (key(1), file());
    let bundle = load(&file, &(ours.sign(&file) + "\n"), &trusting(&[&ours])).unwrap();
    assert_eq!(bundle.signers(), [ours.public().id()]);
    assert!(Bundle::load(&file).unwrap().signers().is_empty());
}

#[test]
fn keys_are_rotated_by_signing_with_both() {
    let (old, new, file) = (key(1), key(2), file());
    let both = format!("{}\n{}\n", old.sign(&file), new.sign(&file));
    assert_eq!(load(&file, &both, &trusting(&[&old])).unwrap().signers(), [old.public().id()]);
    assert_eq!(load(&file, &both, &trusting(&[&new])).unwrap().signers(), [new.public().id()]);
    assert_eq!(load(&file, &both, &trusting(&[&new, &old])).unwrap().signers().len(), 2);
    let found = vec![old.public().id().to_owned(), new.public().id().to_owned()];
    assert_eq!(load(&file, &both, &trusting(&[&key(3)])).unwrap_err(), TrustError::Untrusted { found });
}

#[test]
fn every_changed_byte_of_a_signed_bundle_is_refused() {
    let (ours, file) = (key(1), small());
    let (trust, line) = (trusting(&[&ours]), ours.sign(&file));
    assert!(load(&file, &line, &trust).is_ok());
    let bad = TrustError::BadSignature { line: 1, key: ours.public().id().to_owned() };
    for at in 0..file.len() {
        // One bit, all bits, and case, each a different one from byte to byte.
        for pattern in [1 << (at % 8), 0xff, 0x20] {
            let mut changed = file.clone();
            changed[at] ^= pattern;
            assert_eq!(load(&changed, &line, &trust).unwrap_err(), bad, "byte {at} ^ {pattern:#x}");
        }
    }
}

#[test]
fn every_changed_byte_of_an_unsigned_bundle_is_refused() {
    let file = small();
    for at in 0..file.len() {
        for bit in 0..8 {
            let mut changed = file.clone();
            changed[at] ^= 1 << bit;
            let error = Bundle::load(&changed).unwrap_err();
            // Within the content and the stated digest, it is the digest that tells.
            let sealed = at >= envelope::CONTENT_OFFSET && at + 1 < file.len();
            assert_eq!(sealed, sealed && matches!(error, LoadError::Digest { .. }), "byte {at}: {error}");
        }
    }
}

#[test]
fn a_cut_or_lengthened_file_is_refused() {
    let (ours, file) = (key(1), small());
    let (trust, line) = (trusting(&[&ours]), ours.sign(&file));
    for end in 0..file.len() {
        assert!(Bundle::load(&file[..end]).is_err());
        let error = load(&file[..end], &line, &trust).unwrap_err();
        assert!(matches!(error, TrustError::BadSignature { .. }), "{error}");
    }
    for more in ["\n", " ", "}", "\0", "{}"] {
        for changed in [[&file, more.as_bytes()].concat(), [more.as_bytes(), &file].concat()] {
            assert!(Bundle::load(&changed).is_err(), "{more:?}");
            assert!(matches!(load(&changed, &line, &trust), Err(TrustError::BadSignature { .. })));
        }
    }
}

#[test]
fn every_changed_byte_of_the_signature_is_refused() {
    let (ours, file) = (key(1), small());
    let (trust, line) = (trusting(&[&ours]), ours.sign(&file).into_bytes());
    for at in 0..line.len() {
        for bit in 0..8 {
            let mut changed = line.clone();
            changed[at] ^= 1 << bit;
            assert!(Bundle::load_trusted(&file, &changed, &trust, now()).is_err(), "byte {at}, bit {bit}");
        }
    }
    for end in 0..line.len() {
        assert!(Bundle::load_trusted(&file, &line[..end], &trust, now()).is_err(), "cut at {end}");
    }
}

#[test]
fn signatures_are_not_swapped() {
    let (ours, file) = (key(1), file());
    let (other, trust) = (small(), trusting(&[&ours]));
    let error = load(&other, &ours.sign(&file), &trust).unwrap_err();
    assert_eq!(error, TrustError::BadSignature { line: 1, key: ours.public().id().to_owned() });
    // A stranger's signature under our key's name.
    let header = format!(r#"{{"alg":"EdDSA","kid":"{}","typ":"caveat-bundle"}}"#, ours.public().id());
    let error = load(&file, &crafted(2, &header, &file), &trust).unwrap_err();
    assert_eq!(error, TrustError::BadSignature { line: 1, key: ours.public().id().to_owned() });
    // One good line does not make up for a bad one.
    let two = format!("{}\n{}", ours.sign(&file), crafted(2, &header, &file));
    assert!(matches!(load(&file, &two, &trust), Err(TrustError::BadSignature { line: 2, .. })));
}

#[test]
fn no_signature_is_said_to_be_missing() {
    let trust = trusting(&[&key(1)]);
    assert_eq!(load(&file(), "", &trust).unwrap_err(), TrustError::Unsigned);
    assert_eq!(load(&file(), "\n", &trust).unwrap_err(), TrustError::Unsigned);
}

#[test]
fn headers_say_three_things_and_no_more() {
    let (ours, file) = (key(1), file());
    let trust = trusting(&[&ours]);
    let kid = ours.public().id();
    let with = |header: String| load(&file, &crafted(1, &header, &file), &trust);
    assert!(with(format!(r#"{{"typ":"caveat-bundle","kid":"{kid}","alg":"Ed25519"}}"#)).is_ok());
    for (alg, found) in [(r#""none""#, "none"), (r#""ES256""#, "ES256"), (r#""HS256""#, "HS256"), ("7", "7")]
    {
        let error = with(format!(r#"{{"alg":{alg},"kid":"{kid}","typ":"caveat-bundle"}}"#)).unwrap_err();
        assert_eq!(error, TrustError::Algorithm { line: 1, found: found.to_owned() });
    }
    let crit =
        with(format!(r#"{{"alg":"EdDSA","b64":false,"crit":["b64"],"kid":"{kid}","typ":"caveat-bundle"}}"#));
    assert_eq!(crit.unwrap_err(), TrustError::Critical { line: 1 });
    let refused = [
        (
            format!(r#"{{"alg":"EdDSA","kid":"{kid}","kid":"{kid}","typ":"caveat-bundle"}}"#),
            "duplicate field `kid`",
        ),
        (
            format!(r#"{{"alg":"EdDSA","alg":"EdDSA","kid":"{kid}","typ":"caveat-bundle"}}"#),
            "duplicate field `alg`",
        ),
        (
            format!(r#"{{"alg":"EdDSA","b64":false,"kid":"{kid}","typ":"caveat-bundle"}}"#),
            "unknown field `b64`",
        ),
        (
            format!(r#"{{"alg":"EdDSA","jwk":{{}},"kid":"{kid}","typ":"caveat-bundle"}}"#),
            "unknown field `jwk`",
        ),
        (format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#), "missing field `typ`"),
        (r#"{"alg":"EdDSA","typ":"caveat-bundle"}"#.to_owned(), "missing field `kid`"),
        (format!(r#"{{"kid":"{kid}","typ":"caveat-bundle"}}"#), "missing field `alg`"),
        (format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"JWT"}}"#), "its `typ` is `JWT`"),
        ("not JSON".to_owned(), "its header is wrong"),
    ];
    for (header, words) in refused {
        let error = with(header).unwrap_err().to_string();
        assert!(
            error.starts_with("the signature in line 1 cannot be read") && error.contains(words),
            "{error}"
        );
    }
}

#[test]
fn lines_have_one_form() {
    let (ours, file) = (key(1), file());
    let trust = trusting(&[&ours]);
    let line = ours.sign(&file);
    let attached = line.replace("..", &format!(".{}.", Base64UrlUnpadded::encode_string(&file)));
    for text in [
        format!(" {line}"),
        format!("{line} "),
        format!("{line}\r\n"),
        format!("\n{line}"),
        format!("{line}\n\n"),
        format!("{line}="),
        line.replace("..", "."),
        attached,
        format!("{line}.."),
        "..".to_owned(),
    ] {
        let error = load(&file, &text, &trust).unwrap_err();
        assert!(matches!(error, TrustError::Malformed { .. }), "{text}: {error}");
    }
    let many = format!("{}\n", key(2).sign(&file)).repeat(65);
    assert!(matches!(load(&file, &many, &trust), Err(TrustError::TooManySignatures)));
    let long = "x".repeat(70_000);
    assert!(matches!(load(&file, &long, &trust), Err(TrustError::TooManySignatures)));
    let error = Bundle::load_trusted(&file, b"x\n\xff", &trust, now()).unwrap_err();
    assert!(matches!(error, TrustError::Malformed { line: 2, .. }), "{error}");
}

#[test]
fn days_and_revisions_hold() {
    let ours = key(1);
    let trust = trusting(&[&ours]);
    let release = |revision: Option<u64>, from: Option<&str>, to: Option<&str>| {
        let mut content = fixture::content();
        content.release = Some(Release {
            revision,
            not_before: from.map(str::to_owned),
            not_after: to.map(str::to_owned),
            ..Release::default()
        });
        file_of(&content)
    };
    let at = |file: &[u8], trust: &Trust, now: &str| {
        Bundle::load_trusted(file, ours.sign(file).as_bytes(), trust, now.parse().unwrap()).map(|_| ())
    };
    let file = release(Some(7), Some("2026-12-01"), Some("2026-12-31"));
    let early = TrustError::NotYetValid { not_before: "2026-12-01".to_owned() };
    let late = TrustError::Expired { not_after: "2026-12-31".to_owned() };
    assert_eq!(at(&file, &trust, "2026-11-30T23:59:59Z"), Err(early.clone()));
    assert_eq!(at(&file, &trust, "2026-12-01T00:00:00Z"), Ok(()));
    // The days are those of UTC, wherever the clock hangs.
    assert_eq!(at(&file, &trust, "2026-12-01T00:30:00+01:00"), Err(early));
    assert_eq!(at(&file, &trust, "2026-12-31T23:59:59Z"), Ok(()));
    assert_eq!(at(&file, &trust, "2027-01-01T00:00:00Z"), Err(late.clone()));

    // It expires while it is in use.
    let signed = ours.sign(&file);
    let held =
        Bundle::load_trusted(&file, signed.as_bytes(), &trust, "2026-12-31T12:00:00Z".parse().unwrap())
            .unwrap();
    assert_eq!(trust.current(&held, "2027-01-01T12:00:00Z".parse().unwrap()), Err(late));

    let day = "2026-12-02T00:00:00Z";
    let older = |found| Err(TrustError::OlderRevision { found, least: 7 });
    let least = trust.clone().at_least(7);
    assert_eq!(at(&file, &least, day), Ok(()));
    assert_eq!(at(&release(Some(8), None, None), &least, day), Ok(()));
    assert_eq!(at(&release(Some(6), None, None), &least, day), older(Some(6)));
    assert_eq!(at(&release(None, None, None), &least, day), older(None));
    assert_eq!(at(&fixture_file(), &least, day), older(None));
    // It never goes back by itself.
    assert_eq!(least.at_least(3).least_revision(), Some(7));
}

fn fixture_file() -> Vec<u8> {
    file()
}

#[test]
fn a_signature_does_not_make_a_bundle_of_anything() {
    let ours = key(1);
    let trust = trusting(&[&ours]);
    for file in [&b"{}"[..], b"", b"{\"caveat\":{\"format\":2}}"] {
        let error = load(file, &ours.sign(file), &trust).unwrap_err();
        assert!(matches!(error, TrustError::Bundle(_)), "{error}");
    }
    let large = vec![b' '; (64 << 20) + 1];
    assert!(matches!(load(&large, "", &trust), Err(TrustError::Bundle(LoadError::TooLarge { .. }))));
}

#[test]
fn keys_that_cannot_be_trusted_are_refused() {
    let read = |json: &str| PublicKey::read(json.as_bytes()).unwrap_err();
    let ours = key(1);
    assert_eq!(read(&ours.to_jwk()), KeyError::Private);
    assert_eq!(read(r#"{"keys":[]}"#), KeyError::NoKeys);
    assert_eq!(Trust::new([]).unwrap_err(), KeyError::NoKeys);
    let id = ours.public().id().to_owned();
    let twice = [ours.public().clone(), ours.public().clone()];
    assert_eq!(Trust::new(twice).unwrap_err(), KeyError::Repeated { id });
    // The points of small order, with which one signature fits many messages: here the neutral element.
    let weak = Base64UrlUnpadded::encode_string(&{
        let mut neutral = [0; 32];
        neutral[0] = 1;
        neutral
    });
    let error = read(&format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{weak}"}}"#));
    assert!(matches!(error, KeyError::Weak { .. }), "{error}");
    for json in [
        r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#,
        r#"{"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","use":"enc","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","alg":"ES256","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    ] {
        assert!(matches!(read(json), KeyError::OtherKind { .. }), "{json}");
    }
    for json in [
        "",
        "{}",
        r#"{"kty":"OKP","crv":"Ed25519"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","kid":"","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
        r#"{"kty":"OKP","kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    ] {
        assert!(matches!(read(json), KeyError::NotAKey { .. }), "{json}");
    }
    let set = format!(r#"{{"keys":[{},{}]}}"#, key(1).public().to_jwk(), key(2).public().to_jwk());
    assert_eq!(PublicKey::read(set.as_bytes()).unwrap().len(), 2);

    assert!(matches!(PrivateKey::read(ours.public().to_jwk().as_bytes()), Err(KeyError::NotPrivate)));
    let mixed = ours.to_jwk().replace(
        &Base64UrlUnpadded::encode_string(ours.public().as_bytes()),
        &Base64UrlUnpadded::encode_string(key(2).public().as_bytes()),
    );
    assert!(matches!(PrivateKey::read(mixed.as_bytes()), Err(KeyError::Mismatch)));
    let again = PrivateKey::read(ours.to_jwk().as_bytes()).unwrap();
    assert_eq!(again.public(), ours.public());
}
