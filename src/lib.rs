//! Caveat: a compiler and static checker for privacy policies.
//!
//! A policy is text that a lawyer and an engineer write together. It goes through these stages, each
//! of which takes what the one above it gives:
//!
//! | stage | takes | gives | does not |
//! |---|---|---|---|
//! | `syntax` | text | the tree as written, and findings | resolve names |
//! | `resolve` | trees | a `policy::Policy`, and findings | compare statements |
//! | `policy` | a policy | an `policy::analysis::Analysis`: rules as boxes of flows | judge |
//! | `document` | Markdown and a policy | sentences, what cites them, what changed | word findings |
//! | `check` | an analysis and its documents | findings, each with a witness | read files or syntax |
//! | [`bundle`] | an analysis | the content of a bundle; bytes to a [`bundle::Bundle`] | know the compiler, when loading |
//! | [`decide`] | a bundle and a request | a decision | know the compiler at all |
//! | `question` | the tree of a question and a bundle | a request | decide |
//! | `testing` | the trees of tests and a bundle | what each line came to, and what is covered | read files |
//!
//! Below them lie `source` (files and places in them), `diagnostic` (what a finding is, and how it
//! is shown), `flow` (sets of flows: the algebra, nothing about syntax) `vocabulary` (terms and
//! their order) and `numerals` (numbers in words). All input and output is in `cli`, and in `server` (feature `serve`), which answers the
//! same questions over HTTP.
//!
//! What holds throughout:
//!
//! - pest is known to `syntax` alone, codespan-reporting to `diagnostic`, pulldown-cmark to `document`.
//! - Every analysis is exact: it finds all there is and nothing that isn't, or says that its budget
//!   ran out.
//! - Every finding about flows has a witness, and the evaluator that services use answers it as the
//!   finding says.
//! - Results come beside findings, so that one mistake hides no other.
//! - Same input, same bytes: nothing depends on the order of hashing, of threads or of the clock.
//! - Nothing that input can reach panics, recurses without a bound or indexes without a test.
//!
//! # In a service
//!
//! Without default features the crate is what a service links: [`bundle`] to load and [`decide`] to
//! ask. This is all that a service needs:
//!
//! ```no_run
//! use caveat::bundle::{Bundle, Live};
//! use caveat::decide::{EventState, Request, RequestError, Standing, Verdict, World};
//! use caveat::decide::{decide_at, explain_at};
//! use caveat::jiff::civil::DateTime;
//! use caveat::jiff::{Timestamp, tz::Offset};
//!
//! struct Guard {
//!     policy: Live,
//!     recommend: Standing,
//! }
//!
//! /// What the service knows of a member.
//! struct Member {
//!     asked_for_recommendations: bool,
//!     returned_card: Option<DateTime>, // in UTC, as all times are
//! }
//!
//! impl Member {
//!     fn world<'b>(&self, bundle: &'b Bundle, now: Timestamp) -> Result<World<'b>, RequestError> {
//!         let mut world = World::new(bundle);
//!         world.fact("asked_for", self.asked_for_recommendations)?;
//!         let returned = match self.returned_card {
//!             Some(start) => EventState::Happened { start, now: Offset::UTC.to_datetime(now) },
//!             None => EventState::Never,
//!         };
//!         world.event("CardReturned", returned)?;
//!         Ok(world)
//!     }
//! }
//!
//! impl Guard {
//!     fn start() -> Result<Guard, Box<dyn std::error::Error>> {
//!         // Loading verifies the digest, and everything in the bundle, before anything is trusted.
//!         let bundle = Bundle::load(&std::fs::read("library.json")?)?;
//!         // Made from names once, and again by itself when another bundle takes this one's place.
//!         let recommend = Standing::new(|bundle| {
//!             Request::builder(bundle).action("use").data("Loans").purpose("Recommendations").build()
//!         });
//!         recommend.of(&bundle)?; // a name that the policy does not have is found at the start
//!         Ok(Guard { policy: Live::new(bundle, None, Timestamp::now()), recommend })
//!     }
//!
//!     /// Whether a member's loans may be used to recommend books, now. Anything but a plain yes is a no.
//!     fn may_recommend(&self, member: &Member, now: Timestamp) -> bool {
//!         // A signed bundle can expire while it is in use, and `current` goes on giving it.
//!         if self.policy.usable(now).is_err() {
//!             return false;
//!         }
//!         let bundle = self.policy.current();
//!         let Ok(request) = self.recommend.of(&bundle) else { return false };
//!         let answer = member.world(&bundle, now).and_then(|world| decide_at(&request, &world));
//!         answer.is_ok_and(|answer| answer.verdict == Verdict::Permitted)
//!     }
//!
//!     /// Why: for a person who asks, and for the log.
//!     fn why(&self, member: &Member, now: Timestamp) -> Result<String, Box<dyn std::error::Error>> {
//!         let bundle = self.policy.current();
//!         let request = self.recommend.of(&bundle)?;
//!         let decision = explain_at(&request, &member.world(&bundle, now)?)?;
//!         let labels: Vec<&str> = decision.deciding.iter().map(|basis| basis.given.label.as_str()).collect();
//!         Ok(format!("{} by {} (bundle {})", decision.verdict.name(), labels.join(", "), decision.bundle))
//!     }
//!
//!     /// When the file has changed. A bad one leaves the last good one in use.
//!     fn reload(&self) {
//!         let now = Timestamp::now();
//!         let refused = match std::fs::read("library.json") {
//!             Ok(file) => self.policy.offer(&file, None, now).err(),
//!             Err(error) => Some(self.policy.unreadable(error, now)),
//!         };
//!         if let Some(why) = refused {
//!             eprintln!("still using {}: {why}", self.policy.status().digest);
//!         }
//!     }
//! }
//! ```
//!
//! With signed bundles, the file of signatures beside the bundle is read too, at the start and at each
//! reload:
//!
//! ```no_run
//! # use caveat::bundle::{Bundle, Live, Offer, key::PublicKey, trust::Trust};
//! # use caveat::jiff::Timestamp;
//! fn start(revision: u64) -> Result<Live, Box<dyn std::error::Error>> {
//!     let now = Timestamp::now();
//!     let keys = PublicKey::read(&std::fs::read("release.pub.jwk")?)?;
//!     // The revision that was in use before the restart: nothing here outlives the process.
//!     let trust = Trust::new(keys)?.at_least(revision);
//!     let (file, signatures) = (std::fs::read("library.json")?, std::fs::read("library.json.jws")?);
//!     let bundle = Bundle::load_trusted(&file, &signatures, &trust, now)?;
//!     Ok(Live::new(bundle, Some(trust), now))
//! }
//!
//! fn reload(policy: &Live) -> Result<Offer, Box<dyn std::error::Error>> {
//!     let (file, signatures) = (std::fs::read("library.json")?, std::fs::read("library.json.jws")?);
//!     Ok(policy.offer(&file, Some(&signatures), Timestamp::now())?)
//! }
//! ```
//!
//! The two files are read one after the other, and while they are being replaced what is read may not
//! fit together. Such a pair is refused (as a rule, with
//! [`TrustError::BadSignature`](bundle::trust::TrustError::BadSignature)) and the last good bundle stays in
//! use, so nothing is lost by trying again a moment later; at the start too, where there is no last good one.
//! Whoever writes the files does best to replace each by a rename, the signatures first and the bundle
//! last: then, once the bundle has changed, its signatures are there.
//!
//! | for | there is |
//! |---|---|
//! | the names that can be asked about | [`bundle::Bundle::vocabulary`] and [`bundle::Bundle::variables`]; [`ACTIONS`](bundle::dimension::ACTIONS) and [`FORMS`](bundle::dimension::FORMS) |
//! | the facts and events that an answer hangs on | [`decide::explain()`], in [`decide::Decision::settles`] |
//! | a phrase that the builder has no method of its own for (`form`, `subject`, `place`, …) | [`decide::Builder::term`] |
//! | the time in UTC, as `now` | `jiff::tz::Offset::UTC.to_datetime(Timestamp::now())` |
//! | signed bundles alone, none that is expired or older than the last when it is offered | [`bundle::trust`], and [`bundle::Live::new`] with it |
//! | a signed bundle that expires while it is in use | [`bundle::Live::usable`], to be asked before each use: [`bundle::Live::current`] goes on giving it |
//! | a question that is asked once | [`decide::Builder::decide`] |
//! | the reasons of what [`decide::decide_at`] said | [`decide::explain_at`] |
//! | many questions at once | [`decide::decide_all`] |
//! | by when data must be erased, and until when kept | [`decide::retention()`] |
//! | requests and answers as JSON | [`decide::json`] |
//!
//! What a service does not say stands, mostly, for all that it could be: leave `subject` out, and the answer
//! is a yes only if it is one for everybody. But an actor that is left out is the policy's issuer, a form is
//! `identified` or `pseudonymous`, and a fact has its default where the policy gives it one.
//! [`decide::Builder`] has what each phrase stands for.
//!
//! Deciding a prepared request allocates nothing where all facts that matter are known, and takes
//! hardly longer with ten thousand statements than with ten.

/// The crate of the times in this one's interfaces.
pub use jiff;

pub mod bundle;
#[cfg(feature = "compiler")]
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod decide;
#[cfg(feature = "compiler")]
pub mod diagnostic;
#[cfg(feature = "compiler")]
pub mod document;
#[cfg(feature = "compiler")]
pub mod flow;
#[cfg(feature = "compiler")]
mod numerals;
#[cfg(feature = "compiler")]
pub mod policy;
#[cfg(feature = "compiler")]
pub mod question;
#[cfg(feature = "compiler")]
pub mod resolve;
#[cfg(feature = "serve")]
pub mod server;
#[cfg(feature = "compiler")]
pub mod source;
#[cfg(feature = "compiler")]
pub mod syntax;
#[cfg(feature = "compiler")]
pub mod testing;
#[cfg(feature = "compiler")]
pub mod vocabulary;
