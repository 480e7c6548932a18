use caveat::bundle::Bundle;
use caveat::decide::{EventState, Request, Verdict, decide};

/// Whether a member's loans may be used to recommend books to them.
fn may_recommend(library: &Bundle, member_asked: bool) -> bool {
    let request = Request::builder(library)
        .action("use")
        .data("Loans")
        .purpose("Recommendations")
        .fact("asked_for", member_asked)
        .event("CardReturned", EventState::Never)
        .build();
    // What cannot be asked is not allowed; nor is anything but `permitted`.
    request.is_ok_and(|request| decide(library, &request).verdict == Verdict::Permitted)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let library = Bundle::load(&std::fs::read("library.json")?)?; // once, at the start
    assert!(may_recommend(&library, true));
    assert!(!may_recommend(&library, false));
    Ok(())
}
