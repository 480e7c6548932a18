//! The verdict of a prepared request: nothing is allocated where all facts that matter are known.

use super::error::RequestError;
use super::known::{Bits, World};
use super::lookup;
use super::question::Question;
use super::request::Request;
use super::verdict::{Answer, Undecided, Verdict};
use super::world::Possible;
use crate::bundle::Bundle;

/// Decides a request.
///
/// Exact: permitted means that every flow of the request is. A request made for another bundle,
/// and one that takes too many steps, is undetermined.
pub fn decide(bundle: &Bundle, request: &Request) -> Answer {
    without_policy(bundle, request).unwrap_or_else(|| decide_bits(bundle, request, &request.bits))
}

/// The answer to a request that no policy need be asked about.
pub(super) fn without_policy(bundle: &Bundle, request: &Request) -> Option<Answer> {
    if request.unlisted.is_some() {
        return Some(Verdict::UnlistedThirdParty.into());
    }
    (&request.stamp != bundle.stamp()).then(|| Undecided::OtherBundle.into())
}

/// Decides a request at another world than its own: for a service that asks the same about many
/// people, from many threads. The request's own condition, where it has one, still holds; the facts and
/// events that it was built with do not, unless the world began with [`Request::world`]. The reasons are
/// [`explain_at`](super::explain_at)'s to give.
///
/// # Errors
/// Where the world cannot be, or is one that the request's condition excludes: then there is no
/// flow to decide. A world of another bundle is an error too.
pub fn decide_at(request: &Request, world: &World<'_>) -> Result<Answer, RequestError> {
    fits(request, world)?;
    let bundle = world.bundle();
    Ok(without_policy(bundle, request).unwrap_or_else(|| decide_bits(bundle, request, &world.bits)))
}

/// That a request can be asked at a world.
pub(super) fn fits(request: &Request, world: &World<'_>) -> Result<(), RequestError> {
    let bundle = world.bundle();
    if &request.stamp != bundle.stamp() {
        return Err(RequestError::OtherBundle);
    }
    Possible::new(bundle, request.when.as_ref()).check(&world.bits)
}

/// Decides requests in their order, behind what stands in `answers`.
pub fn decide_all<'r>(
    bundle: &Bundle,
    requests: impl IntoIterator<Item = &'r Request>,
    answers: &mut Vec<Answer>,
) {
    answers.extend(requests.into_iter().map(|request| decide(bundle, request)));
}

/// The answer at the worlds of some bits.
pub(super) fn decide_bits(bundle: &Bundle, request: &Request, bits: &Bits) -> Answer {
    match request.plan.as_ref().and_then(|plan| plan.outcomes(bundle, bits.words())) {
        Some(found) => found.answer(),
        None => lookup::answer(&Question::new(bundle, request, bits)),
    }
}
