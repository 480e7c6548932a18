//! `caveat verify`: whether a bundle is one that a service with these keys would load.

use super::output::Output;
use super::{CLEAN, FOUND, Format, files, today, trust};
use crate::bundle::Bundle;
use crate::bundle::jws::MAX_SIGNATURE_BYTES;
use crate::bundle::load::MAX_BYTES;
use crate::policy::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::path::PathBuf;

/// What can be said behind `verify`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:\n  \
    caveat verify library.json --key release.pub.jwk --key next.pub.jwk\n\n\
    Exit codes:\n  0  signed by a trusted key, and to be used today\n  1  refused\n  2  could not run")]
pub struct Options {
    #[command(flatten)]
    signed: files::Signed,
    /// A trusted public key, or a set of them (JWK); any one of several is enough
    #[arg(long = "key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,
    /// Refuse a bundle with a smaller revision, or without one
    #[arg(long, value_name = "REVISION")]
    at_least: Option<u64>,
    /// The day on which it is to be used; today (UTC), or that of SOURCE_DATE_EPOCH, where it is
    /// left out
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = today::parse)]
    today: Option<Date>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Report {
    verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    signers: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bundle: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_after: Option<String>,
}

/// Verifies and prints.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    let mut trust = trust::trust(&options.keys)?;
    if let Some(least) = options.at_least {
        trust = trust.at_least(least);
    }
    let day = today::today(options.today)?.at(0, 0, 0, 0);
    let now = TimeZone::UTC.to_timestamp(day).map_err(|e| format!("this day is out of reach: {e}"))?;
    let file = files::read(&options.signed.bundle, MAX_BYTES)?;
    let beside = options.signed.signatures();
    let signatures = files::find(&beside, MAX_SIGNATURE_BYTES)?.unwrap_or_default();
    let report = match Bundle::load_trusted(&file, &signatures, &trust, now) {
        Ok(bundle) => accepted(&bundle),
        Err(why) => Report {
            verified: false,
            refused: Some(why.to_string()),
            signers: Vec::new(),
            policy: None,
            bundle: None,
            revision: None,
            not_before: None,
            not_after: None,
        },
    };
    let name = options.signed.bundle.display().to_string();
    output.print(&match options.format {
        Format::Human => as_text(&name, &report),
        Format::Json => {
            serde_json::to_string_pretty(&report).map_err(|e| format!("cannot write JSON: {e}"))? + "\n"
        }
    })?;
    Ok(if report.verified { CLEAN } else { FOUND })
}

fn accepted(bundle: &Bundle) -> Report {
    let release = bundle.release().cloned().unwrap_or_default();
    Report {
        verified: true,
        refused: None,
        signers: bundle.signers().to_vec(),
        policy: Some(bundle.policy().name.clone()),
        bundle: Some(bundle.digest().to_owned()),
        revision: release.revision,
        not_before: release.not_before,
        not_after: release.not_after,
    }
}

fn as_text(name: &str, report: &Report) -> String {
    if let Some(why) = &report.refused {
        return format!("{name}: refused: {why}\n");
    }
    let mut text = format!("{name}: signed by {}\n", report.signers.join(", "));
    let policy = report.policy.as_deref().unwrap_or_default();
    let digest = report.bundle.as_deref().unwrap_or_default();
    text += &format!("  policy {policy}, bundle {digest}\n");
    if let Some(revision) = report.revision {
        text += &format!("  revision {revision}\n");
    }
    if let Some(day) = &report.not_before {
        text += &format!("  not before {day}\n");
    }
    if let Some(day) = &report.not_after {
        text += &format!("  not after {day}\n");
    }
    text
}
