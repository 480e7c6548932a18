//! regorus: once with a rule per clause, once with the clauses as a table of data that one rule
//! looks up; each in the interpreter and in the virtual machine. Inputs are made beforehand.

use crate::clauses::{Case, Condition, Question, Vocabulary};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::program::Program;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Rc, Value};
use serde_json::{Map, json};
use std::fmt::Write;
use std::sync::Arc;

const ALLOW: &str = "data.peers.allow";

const ALLOWING: &str = "package peers\n\nimport rego.v1\n\ndefault allow := false\n\n\
     allow if {\n  permit\n  not forbid\n}\n\ndefault permit := false\n\ndefault forbid := false\n\n";

/// A rule per clause.
fn rules(case: &Case) -> String {
    let mut text = String::from(ALLOWING);
    for clause in &case.clauses {
        let head = if clause.permits { "permit" } else { "forbid" };
        let when = match clause.when {
            Condition::Always => "",
            Condition::Consent => "; input.consent",
            Condition::NotOptedOut => "; not input.opted_out",
        };
        let (data, recipient, purpose) = (&clause.data, &clause.recipient, &clause.purpose);
        let _ = writeln!(
            text,
            "{head} if {{ input.recipient[\"{recipient}\"]; input.data[\"{data}\"]; input.purpose[\"{purpose}\"]{when} }}"
        );
    }
    text
}

/// One rule that looks clauses up: effect, data, recipient, purpose, condition.
const TABLE: &str = "permit if said(\"permit\")\n\nforbid if said(\"forbid\")\n\n\
     said(effect) if {\n  some d, _ in input.data\n  of_data := data.clauses[effect][d]\n  \
     some r, _ in input.recipient\n  of_recipient := of_data[r]\n  \
     some p, _ in input.purpose\n  some condition, _ in of_recipient[p]\n  holds(condition)\n}\n\n\
     holds(\"always\") := true\n\nholds(\"consent\") if input.consent\n\nholds(\"not-opted-out\") if not input.opted_out\n";

fn table(case: &Case) -> serde_json::Value {
    let mut clauses = json!({ "permit": {}, "forbid": {} });
    for clause in &case.clauses {
        let effect = if clause.permits { "permit" } else { "forbid" };
        let condition = match clause.when {
            Condition::Always => "always",
            Condition::Consent => "consent",
            Condition::NotOptedOut => "not-opted-out",
        };
        let mut at = &mut clauses[effect];
        for name in [&clause.data, &clause.recipient, &clause.purpose] {
            let map = at.as_object_mut().expect("it is an object");
            at = map.entry(name.clone()).or_insert_with(|| json!({}));
        }
        at[condition] = json!(true);
    }
    json!({ "clauses": clauses })
}

/// The texts of inputs: each term with all above it, so that a class needs no walk.
pub fn texts(case: &Case) -> Vec<String> {
    let up = |of: &Vocabulary, at: usize| -> serde_json::Value {
        of.up(at).into_iter().map(|name| (name, json!(true))).collect::<Map<_, _>>().into()
    };
    let text = |question: &Question| {
        let input = json!({
            "data": up(&case.data, question.data),
            "recipient": up(&case.recipients, question.recipient),
            "purpose": up(&case.purposes, question.purpose),
            "consent": question.consent,
            "opted_out": question.opted_out,
        });
        input.to_string()
    };
    case.questions.iter().map(text).collect()
}

/// An input from its text.
pub fn input(text: &str) -> Value {
    Value::from_json_str(text).expect("it is a value")
}

pub struct Rego {
    pub engine: Engine,
    /// None where the clauses are more than a program of the machine may have (65,535 instructions).
    pub machine: Option<RegoVM>,
}

impl Rego {
    pub fn rules(case: &Case) -> Rego {
        Rego::new(rules(case), None)
    }

    pub fn table(case: &Case) -> Rego {
        Rego::new(format!("{ALLOWING}{TABLE}"), Some(table(case)))
    }

    fn new(policy: String, data: Option<serde_json::Value>) -> Rego {
        let data = data.map(|data| Value::from_json_str(&data.to_string()).expect("it is a value"));
        let mut engine = Engine::new();
        engine.add_policy("peers.rego".to_owned(), policy).expect("it is a policy");
        if let Some(data) = data.clone() {
            engine.add_data(data).expect("it is data");
        }
        let entry: Rc<str> = ALLOW.into();
        let compiled = engine.compile_with_entrypoint(&entry).expect("it compiles");
        let program: Option<Arc<Program>> = Compiler::compile_from_policy(&compiled, &[ALLOW]).ok();
        let machine = program.map(|program| {
            let mut machine = RegoVM::new();
            machine.load_program(program);
            if let Some(data) = data {
                machine.set_data(data).expect("it is data");
            }
            machine.set_max_instructions(usize::MAX);
            machine
        });
        Rego { engine, machine }
    }

    pub fn interpret(&mut self, input: &Value) -> bool {
        self.engine.set_input(input.clone());
        self.engine.eval_rule(ALLOW.to_owned()).expect("it is answered") == Value::from(true)
    }

    pub fn run(&mut self, input: &Value) -> Option<bool> {
        let machine = self.machine.as_mut()?;
        machine.set_input(input.clone());
        Some(machine.execute().expect("it is answered") == Value::from(true))
    }
}
