//! The words that names are made of, and names that are not taken yet.

use std::collections::HashSet;

/// What a company has to do with: an area of the policy each.
pub const AREAS: &[&str] = &[
    "Order",
    "Account",
    "Payment",
    "Delivery",
    "Device",
    "Location",
    "Message",
    "Profile",
    "Support",
    "Loyalty",
    "Browsing",
    "Search",
    "Survey",
    "Booking",
    "Subscription",
    "Insurance",
    "Fitness",
    "Photo",
    "Voice",
    "Contract",
    "Invoice",
    "Warranty",
    "Event",
    "Forum",
];

/// What is known of an area.
pub const ASPECTS: &[&str] = &[
    "Records",
    "History",
    "Identifiers",
    "Preferences",
    "Contacts",
    "Metrics",
    "Documents",
    "Settings",
    "Logs",
    "Scores",
    "Notes",
    "Timestamps",
];

/// What is known in detail.
pub const DETAILS: &[&str] = &[
    "Names",
    "Dates",
    "Numbers",
    "Addresses",
    "Amounts",
    "Languages",
    "Versions",
    "Ratings",
    "Durations",
    "Signals",
    "Comments",
    "Codes",
    "Images",
    "Routes",
    "Referrers",
    "Tokens",
];

/// Why something is done in an area.
pub const REASONS: &[&str] = &[
    "Fulfilment",
    "Administration",
    "Assistance",
    "Improvement",
    "Reporting",
    "Personalization",
    "Billing",
    "Testing",
    "FraudPrevention",
    "Planning",
    "QualityControl",
    "Reminders",
];

const FIRST: &[&str] = &[
    "Nor", "Vel", "Ast", "Bri", "Cal", "Dor", "Elm", "Fen", "Gal", "Hal", "Ivo", "Jun", "Kes", "Lum", "Mar",
    "Nav", "Ori", "Pel", "Qua", "Ros", "Sol", "Tar", "Umb", "Ver", "Wil", "Xan", "Yar", "Zen",
];
const LAST: &[&str] = &[
    "tek", "ora", "ware", "line", "desk", "port", "mont", "field", "loop", "stack", "wise", "path", "mark",
    "cast", "gate", "hub", "lane", "works", "point", "base",
];

/// The names that are taken.
#[derive(Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// The name, with a number behind it where it is taken.
    pub fn take(&mut self, name: &str) -> String {
        let mut free = name.to_owned();
        let mut number = 1;
        while !self.0.insert(free.clone()) {
            number += 1;
            free = format!("{name}{number}");
        }
        free
    }

    /// The name of a company, the `number`th of its kind.
    pub fn company(&mut self, number: usize) -> String {
        let first = FIRST[number % FIRST.len()];
        let last = LAST[(number / FIRST.len() + number) % LAST.len()];
        self.take(&format!("{first}{last}"))
    }
}

/// `OrderHistory` as people write it in a sentence: `order history`.
pub fn spoken(name: &str) -> String {
    let mut out = String::new();
    for (index, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            out.push(' ');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// `OrderHistory` as a label: `order-history`.
pub fn label(name: &str) -> String {
    spoken(name).replace(' ', "-")
}
