//! The endpoints: where they are, and what they are called in metrics and logs.

/// What a request is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Endpoint {
    /// One decision, by the Authorization API.
    Evaluation,
    /// Several decisions.
    Evaluations,
    /// Who may act or receive.
    SearchSubject,
    /// With which data.
    SearchResource,
    /// What may be done.
    SearchAction,
    /// One decision, in this tool's own form.
    Decide,
    /// One decision with all its reasons, in this tool's own form.
    Explain,
    /// By when data must be erased, in this tool's own form.
    Retention,
    /// The Authorization API's description of this server.
    Configuration,
    /// Whether the process lives.
    Health,
    /// Whether it should be asked.
    Ready,
    /// The metrics.
    Metrics,
    /// A path that is none of these.
    Other,
}

/// Where the Authorization API's description of a server is found.
pub const WELL_KNOWN: &str = "/.well-known/authzen-configuration";

impl Endpoint {
    /// All of them.
    pub const ALL: [Endpoint; 13] = [
        Endpoint::Evaluation,
        Endpoint::Evaluations,
        Endpoint::SearchSubject,
        Endpoint::SearchResource,
        Endpoint::SearchAction,
        Endpoint::Decide,
        Endpoint::Explain,
        Endpoint::Retention,
        Endpoint::Configuration,
        Endpoint::Health,
        Endpoint::Ready,
        Endpoint::Metrics,
        Endpoint::Other,
    ];

    /// Its path; none for `Other`.
    pub fn path(self) -> &'static str {
        match self {
            Endpoint::Evaluation => "/access/v1/evaluation",
            Endpoint::Evaluations => "/access/v1/evaluations",
            Endpoint::SearchSubject => "/access/v1/search/subject",
            Endpoint::SearchResource => "/access/v1/search/resource",
            Endpoint::SearchAction => "/access/v1/search/action",
            Endpoint::Decide => "/v1/decide",
            Endpoint::Explain => "/v1/explain",
            Endpoint::Retention => "/v1/retention",
            Endpoint::Configuration => WELL_KNOWN,
            Endpoint::Health => "/healthz",
            Endpoint::Ready => "/readyz",
            Endpoint::Metrics => "/metrics",
            Endpoint::Other => "",
        }
    }

    /// The endpoint of a path.
    pub fn of(path: &str) -> Endpoint {
        let found = Endpoint::ALL.into_iter().find(|e| e.path() == path && *e != Endpoint::Other);
        match found {
            None if path.starts_with(WELL_KNOWN) => Endpoint::Configuration,
            found => found.unwrap_or(Endpoint::Other),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Endpoint::Evaluation => "evaluation",
            Endpoint::Evaluations => "evaluations",
            Endpoint::SearchSubject => "search-subject",
            Endpoint::SearchResource => "search-resource",
            Endpoint::SearchAction => "search-action",
            Endpoint::Decide => "decide",
            Endpoint::Explain => "explain",
            Endpoint::Retention => "retention",
            Endpoint::Configuration => "configuration",
            Endpoint::Health => "health",
            Endpoint::Ready => "ready",
            Endpoint::Metrics => "metrics",
            Endpoint::Other => "other",
        }
    }

    /// Whether it looks after the server itself: answered however much there is to do.
    pub fn is_upkeep(self) -> bool {
        matches!(self, Endpoint::Health | Endpoint::Ready | Endpoint::Metrics)
    }
}
