//! Bundles from text, for tests that need more than the small policy made by hand.

use caveat::bundle::Bundle;
use caveat::cli::{build, load};

/// A policy with the usual vocabulary around some statements.
pub fn policy(statements: &str) -> Bundle {
    let head = r#"policy shop "Shop" { issuer Shop; document "privacy.md"; revised 2026-01-01; }
        party Shop; people Customer; parties Courts open because "not known before";
        data Everything { Orders { Invoices; Carts; } Profile; }
        purpose Billing; purpose Marketing;
        fact hold "a court has ordered to keep it"; fact active ends at Closed;
        event Ordered; event Closed; event Asked;
        "#;
    let text = format!("{head}\nsection all \"All\" {{\n{statements}\n}}\n");
    let loaded = load::load_text(text).unwrap_or_else(|why| panic!("{why}"));
    let today = "2026-11-27".parse().unwrap();
    let report = caveat::cli::analyse::analyse(&loaded, today);
    let policy = report.policy.unwrap_or_else(|| panic!("{:#?}", report.findings));
    Bundle::load(&build::compile(&loaded, &policy, today).unwrap()).unwrap()
}
