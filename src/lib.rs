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
//!
//! Below them lie `source` (files and places in them), `diagnostic` (what a finding is, and how it
//! is shown), `flow` (sets of flows: the algebra, nothing about syntax) and `vocabulary` (terms and
//! their order). All input and output is in `cli`, and in `server` (feature `serve`), which answers the
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
//! Without default features the crate is what a service links: [`bundle`] to load and [`decide`] to
//! ask.

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
pub mod policy;
#[cfg(feature = "compiler")]
pub mod resolve;
#[cfg(feature = "serve")]
pub mod server;
#[cfg(feature = "compiler")]
pub mod source;
#[cfg(feature = "compiler")]
pub mod syntax;
#[cfg(feature = "compiler")]
pub mod vocabulary;
