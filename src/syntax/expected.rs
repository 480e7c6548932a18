//! What could have stood where reading stopped, in the reader's words.
//!
//! Every rule of the grammar has its words here, in a match without a default: a new rule does not
//! compile until it has some.

use super::grammar::Rule;

/// The most things that a message lists.
const SHOWN: usize = 5;

/// `a purpose`, `` `;` or `,` ``; empty where there is nothing to say.
pub(super) fn words(rules: &[Rule]) -> String {
    let mut all: Vec<&str> = Vec::new();
    for word in rules.iter().filter_map(|r| word(*r)) {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    // What ends or goes on with a statement is said first; that is what is most often meant.
    all.sort_by_key(|w| match *w {
        "`;`" | "`{`" => 0,
        "`,`" | "`may`" | "`must`" => 1,
        "`except`" | "`requires`" | "`only`" | "`includes`" | "`prevails`" => 3,
        "`subject to`" => 4,
        _ => 2,
    });
    all.truncate(SHOWN);
    match all.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// The words for one rule; none where a rule is never to be spoken of.
fn word(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::annotation
        | Rule::EOI
        | Rule::WHITESPACE
        | Rule::COMMENT
        | Rule::invisible
        | Rule::ident_char
        | Rule::ident_start
        | Rule::ident_rest
        | Rule::ident
        | Rule::label_stop
        | Rule::label_prefix
        | Rule::plain_char
        | Rule::escape
        | Rule::reserved => return None,
        Rule::file | Rule::policy | Rule::policy_head => "a policy",
        Rule::header_line | Rule::header_unit => "`issuer`, `document`, `revised` or `extends`",
        Rule::issuer | Rule::kw_issuer => "`issuer`",
        Rule::document | Rule::kw_document => "`document`",
        Rule::revised | Rule::kw_revised => "`revised`",
        Rule::extends | Rule::kw_extends => "`extends`",
        Rule::import | Rule::kw_import => "`import`",
        Rule::section | Rule::section_head => "a section",
        Rule::clause | Rule::clause_head => "a clause",
        Rule::test | Rule::test_head | Rule::kw_test => "`test`",
        Rule::expectation | Rule::test_unit | Rule::verdict => "a verdict, such as `permitted`",
        Rule::decided_by => "`by`",
        Rule::declaration | Rule::term_kind | Rule::top_term => "a declaration",
        Rule::term | Rule::term_words | Rule::set_term | Rule::other | Rule::term_unit | Rule::inner_term => {
            "a term"
        }
        Rule::term_class => "`party` or `parties`",
        Rule::term_modifier => "`bound by`, `open because` or `same as`",
        Rule::bound => "`bound by`",
        Rule::open_because => "`open because`",
        Rule::same => "`same as`",
        Rule::term_includes | Rule::includes | Rule::kw_includes => "`includes`",
        Rule::term_equals | Rule::equals => "`=`",
        Rule::fact | Rule::kw_fact => "`fact`",
        Rule::fact_values => "`:` and the values",
        Rule::fact_modifier => "`default`, `ends at` or `same as`",
        Rule::fact_default | Rule::kw_default => "`default`",
        Rule::fact_ends => "`ends at`",
        Rule::event | Rule::kw_event => "`event`",
        Rule::duty_declaration | Rule::kw_duty => "`duty`",
        Rule::member | Rule::block | Rule::member_line | Rule::statement | Rule::body | Rule::clause_unit => {
            "a statement"
        }
        Rule::cites | Rule::kw_cites | Rule::cites_unit => "`cites`",
        Rule::informative_head | Rule::kw_informative => "`informative`",
        Rule::promise_head | Rule::kw_promise => "`promise`",
        Rule::accept | Rule::kw_accept => "`accept`",
        Rule::never | Rule::kw_never => "`never`",
        Rule::prevails => "`prevails over`",
        Rule::grant | Rule::kw_may => "`may`",
        Rule::bar => "`must not`",
        Rule::need | Rule::kw_must => "`must`",
        Rule::standing | Rule::actions | Rule::action => "an action",
        Rule::right => "`has right of`",
        Rule::right_part => "`through`, `starts`, `sets` or a phrase",
        Rule::through | Rule::kw_through => "`through`",
        Rule::starts | Rule::kw_starts => "`starts`",
        Rule::sets | Rule::kw_sets => "`sets`",
        Rule::front => "a condition in front",
        Rule::front_guard | Rule::guard | Rule::guard_word => "`when`, `unless` or `while`",
        Rule::front_after | Rule::after | Rule::kw_after => "`after`",
        Rule::front_before | Rule::before | Rule::kw_before => "`before`",
        Rule::front_on | Rule::kw_on => "`on`",
        Rule::tail => "`subject to`",
        Rule::only_phrase | Rule::kw_only => "`only`",
        Rule::phrase => "a phrase (`to …`, `for …`, `when …`)",
        Rule::duty_phrase => "a phrase (`within …`, `when …`)",
        Rule::with_duty => "`with duty`",
        Rule::on_basis => "`on basis`",
        Rule::flow => "a phrase",
        Rule::with_data | Rule::kw_with => "`with`",
        Rule::of_people | Rule::kw_of => "`of`",
        Rule::from_party | Rule::kw_from => "`from`",
        Rule::to_party | Rule::kw_to => "`to`",
        Rule::for_purpose | Rule::for_time | Rule::kw_for => "`for`",
        Rule::in_place | Rule::kw_in => "`in`",
        Rule::as_form | Rule::kw_as => "`as`",
        Rule::time => "a time",
        Rule::within | Rule::kw_within => "`within`",
        Rule::until | Rule::kw_until => "`until`",
        Rule::indefinitely | Rule::kw_indefinitely => "`indefinitely`",
        Rule::promptly | Rule::kw_promptly => "`promptly`",
        Rule::actor | Rule::whom | Rule::party => "a party",
        Rule::data => "a category of data",
        Rule::people => "people",
        Rule::purpose => "a purpose",
        Rule::place => "a place",
        Rule::term_set | Rule::set => "terms",
        Rule::except | Rule::kw_except => "`except`",
        Rule::the_subject => "`the subject`",
        Rule::span | Rule::sum | Rule::duration => "a time, such as `30 days`",
        Rule::point => "an event, or a time after one",
        Rule::anchor => "an event",
        Rule::extreme => "`the later of` or `the earlier of`",
        Rule::moment => "an event or a time",
        Rule::condition | Rule::operand => "a condition",
        Rule::group | Rule::left_paren => "`(`",
        Rule::since | Rule::kw_since => "`since`",
        Rule::fact_test => "a fact",
        Rule::value => "a value",
        Rule::name => "a name",
        Rule::duty_verb => "a duty",
        Rule::label | Rule::labels => "a label",
        Rule::right_name => "the name of a right",
        Rule::curie => "a term elsewhere, such as `dpv:EmailAddress`",
        Rule::string => "a text in quotes",
        Rule::date => "a date, such as `2027-01-31`",
        Rule::count => "a number",
        Rule::unit => "a unit, such as `days`",
        Rule::comparison => "a comparison, such as `<=`",
        Rule::form => "a form, such as `aggregated`",
        Rule::kw_and => "`and`",
        Rule::kw_any => "`any`",
        Rule::kw_at => "`at`",
        Rule::kw_basis => "`basis`",
        Rule::kw_because => "`because`",
        Rule::kw_bound => "`bound`",
        Rule::kw_by => "`by`",
        Rule::kw_channel => "`channel`",
        Rule::kw_clause => "`clause`",
        Rule::kw_data => "`data`",
        Rule::kw_earlier => "`earlier`",
        Rule::kw_ends => "`ends`",
        Rule::kw_false => "`false`",
        Rule::kw_has => "`has`",
        Rule::kw_have => "`have`",
        Rule::kw_is => "`is`",
        Rule::kw_later => "`later`",
        Rule::kw_least => "`least`",
        Rule::kw_most => "`most`",
        Rule::kw_not => "`not`",
        Rule::kw_notwithstanding => "`notwithstanding`",
        Rule::kw_open => "`open`",
        Rule::kw_or => "`or`",
        Rule::kw_other => "`other`",
        Rule::kw_over => "`over`",
        Rule::kw_parties => "`parties`",
        Rule::kw_party => "`party`",
        Rule::kw_people => "`people`",
        Rule::kw_place => "`place`",
        Rule::kw_policy => "`policy`",
        Rule::kw_prevails => "`prevails`",
        Rule::kw_purpose => "`purpose`",
        Rule::kw_requires => "`requires`",
        Rule::kw_right => "`right`",
        Rule::kw_same => "`same`",
        Rule::kw_section => "`section`",
        Rule::kw_subject => "`subject`",
        Rule::kw_the => "`the`",
        Rule::kw_true => "`true`",
        Rule::kw_unless => "`unless`",
        Rule::kw_when => "`when`",
        Rule::kw_while => "`while`",
        Rule::open => "`{`",
        Rule::close => "`}`",
        Rule::right_paren => "`)`",
        Rule::semi => "`;`",
        Rule::comma => "`,`",
        Rule::colon => "`:`",
        Rule::plus => "`+`",
        Rule::file_unit => "a declaration, a section or a statement",
        Rule::section_unit => "a clause or a statement",
        Rule::question => "a question",
    })
}
