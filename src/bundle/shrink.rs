//! Gives back the memory that reading took and the content does not need.
//!
//! A reader cannot know how long a list becomes, so lists of one, of which a bundle is full, have
//! room for four. A service keeps its bundle for long.

use super::format::{Condition, Content, Graph, Ranges, Statement, Variable};

/// Shrinks all lists of which there are many.
pub(super) fn content(content: &mut Content) {
    let vocabulary = &mut content.vocabulary;
    let graphs =
        [&mut vocabulary.data, &mut vocabulary.parties, &mut vocabulary.purposes, &mut vocabulary.places];
    graphs.into_iter().for_each(graph);
    content.variables.iter_mut().for_each(variable);
    content.variables.shrink_to_fit();
    content.sets.iter_mut().for_each(Ranges::shrink_to_fit);
    content.sets.shrink_to_fit();
    content.conditions.iter_mut().for_each(condition);
    content.conditions.shrink_to_fit();
    content.statements.iter_mut().for_each(statement);
    content.statements.shrink_to_fit();
    content.precedence.shrink_to_fit();
}

fn graph(graph: &mut Graph) {
    graph.any.shrink_to_fit();
    graph.channels.shrink_to_fit();
    for term in &mut graph.terms {
        term.cells.shrink_to_fit();
        term.same_as.shrink_to_fit();
    }
    graph.terms.shrink_to_fit();
}

fn variable(variable: &mut Variable) {
    match variable {
        Variable::Fact { values, .. } => values.shrink_to_fit(),
        Variable::Clock { thresholds, states, .. } => {
            thresholds.shrink_to_fit();
            states.iter_mut().for_each(|state| state.compare.shrink_to_fit());
            states.shrink_to_fit();
        }
    }
}

fn condition(condition: &mut Condition) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.shrink_to_fit(),
        Condition::In(_, values) => values.shrink_to_fit(),
        Condition::Not(_) => {}
    }
}

fn statement(statement: &mut Statement) {
    statement.citations.shrink_to_fit();
    statement.rules.iter_mut().for_each(|rule| rule.boxes.shrink_to_fit());
    statement.rules.shrink_to_fit();
    statement.duties.shrink_to_fit();
    statement.basis.shrink_to_fit();
}
