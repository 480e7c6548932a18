//! A request that outlives its bundle: when another one takes its place, it is made again.

use super::error::RequestError;
use super::request::Request;
use crate::bundle::Bundle;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

type Make = dyn Fn(&Bundle) -> Result<Request, RequestError> + Send + Sync;

/// A request by its names, with what it is prepared to for the bundle that was asked last. Threads
/// share it, and so a service keeps one for each thing that it asks, beside its
/// [`Live`](crate::bundle::Live) bundle.
///
/// ```
/// use caveat::bundle::Live;
/// use caveat::decide::{Request, Standing, decide};
///
/// # fn service(live: &Live) -> Result<bool, Box<dyn std::error::Error>> {
/// let lending = Standing::new(|library| {
///     Request::builder(library).action("use").data("Loans").purpose("Lending").build()
/// });
/// let library = live.current();
/// let allowed = decide(&library, &*lending.of(&library)?).verdict.allows();
/// # Ok(allowed) }
/// ```
pub struct Standing {
    make: Box<Make>,
    made: RwLock<Option<Arc<Request>>>,
}

impl Standing {
    /// A request that is made so, whenever a bundle comes that it was not made for.
    pub fn new(make: impl Fn(&Bundle) -> Result<Request, RequestError> + Send + Sync + 'static) -> Standing {
        Standing { make: Box::new(make), made: RwLock::new(None) }
    }

    /// The request for a bundle.
    ///
    /// # Errors
    /// Where the bundle cannot be asked this: it no longer has one of the names, say.
    pub fn of(&self, bundle: &Bundle) -> Result<Arc<Request>, RequestError> {
        let fits = |request: &&Arc<Request>| &request.stamp == bundle.stamp();
        let made = self.made.read().unwrap_or_else(PoisonError::into_inner).as_ref().filter(fits).cloned();
        if let Some(made) = made {
            return Ok(made);
        }
        let made = Arc::new((self.make)(bundle)?);
        *self.made.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&made));
        Ok(made)
    }
}

impl fmt::Debug for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standing").field("made", &self.made).finish_non_exhaustive()
    }
}
