//! Which day it is, for acceptances that expire.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The day for which a policy is judged.
#[derive(clap::Args, Clone, Debug)]
#[group(skip)]
pub struct Day {
    /// The day on which acceptances must still hold; today (UTC), or that of SOURCE_DATE_EPOCH,
    /// where it is left out
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse)]
    pub today: Option<Date>,
}

/// The day that the caller names, else that of `SOURCE_DATE_EPOCH`, else the system's; in UTC.
pub fn today(named: Option<Date>) -> Result<Date, String> {
    if let Some(date) = named {
        return Ok(date);
    }
    let now = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => from_epoch(&seconds)?,
        Err(_) => Timestamp::now(),
    };
    Ok(TimeZone::UTC.to_datetime(now).date())
}

fn from_epoch(seconds: &str) -> Result<Timestamp, String> {
    seconds
        .trim()
        .parse()
        .ok()
        .and_then(|s| Timestamp::from_second(s).ok())
        .ok_or_else(|| format!("SOURCE_DATE_EPOCH is `{seconds}`, which is no number of seconds since 1970"))
}

/// Reads `YYYY-MM-DD`.
pub fn parse(text: &str) -> Result<Date, String> {
    let exact = text.len() == 10;
    text.parse().ok().filter(|_| exact).ok_or_else(|| {
        "a date is written YYYY-MM-DD, such as 2026-11-23, and the calendar must have it".to_owned()
    })
}
