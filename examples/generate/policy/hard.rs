//! Policies that are hard for a checker: small texts that a careless one would take minutes, or all
//! memory, for. Each is a text of one file.

use super::random::Random;
use std::fmt::Write;

/// A header, and a vocabulary of a few terms.
const HEAD: &str = "policy hard \"Hard\" { issuer Us; document \"hard.md\"; revised 2026-03-01; }\n\
    party Us;\npeople User;\n";

/// So many statements, half of them permissions and half prohibitions, of which each meets every
/// other: all speak of `Core`, and each of something of its own besides.
pub fn overlapping(statements: usize) -> String {
    let own = (statements / 2).isqrt() + 1;
    let names = |letter: &str| (0..own).map(|at| format!(" {letter}{at};")).collect::<String>();
    let mut out = format!("{HEAD}data All {{ Core;{}{} }}\n", names("D"), names("E"));
    let _ = writeln!(out, "purpose Work {{ Main;{}{} }}", names("P"), names("Q"));
    for at in 0..statements / 2 {
        let (one, two) = (at % own, at / own);
        let _ = writeln!(out, "may use Core, D{one} for Main, P{two};");
        let _ = writeln!(out, "must not use Core, E{one} for Main, Q{two};");
    }
    out
}

/// So many statements, word for word the same.
pub fn identical(statements: usize) -> String {
    let mut out = format!("{HEAD}data All;\npurpose Work;\nmay collect All of User for Work;\n");
    (0..statements).for_each(|_| out.push_str("may use All for Work;\n"));
    out
}

/// So many statements, every other one word for word the same permission, and the rest the prohibition
/// of just that.
pub fn opposite(statements: usize) -> String {
    let mut out = format!("{HEAD}data All;\npurpose Work;\n");
    (0..statements / 2).for_each(|_| out.push_str("may use All for Work;\nmust not use All for Work;\n"));
    out
}

/// One rule, and so many exceptions to it, each written as one.
pub fn exceptions(count: usize) -> String {
    let mut out = format!("{HEAD}data All {{");
    for at in 0..count {
        let _ = write!(out, " D{at};");
    }
    out.push_str(
        " Rest; }\npurpose Work;\nmay collect All of User for Work;\nrule: may use All of User for Work;\n",
    );
    for at in 0..count {
        let _ = writeln!(out, "must not use D{at} for Work, notwithstanding rule;");
    }
    out
}

/// A permission and a prohibition, each under a condition over so many facts, that exclude each other
/// and whose decision diagram is exponential in the order of declaration: `a1 and b1 or a2 and b2 …`.
pub fn facts(count: usize) -> String {
    let mut out = HEAD.to_owned();
    let half = count / 2;
    for letter in ["a", "b"] {
        for at in 0..half {
            let _ = writeln!(out, "fact {letter}{at};");
        }
    }
    let pairs: Vec<String> = (0..half).map(|at| format!("(a{at} and b{at})")).collect();
    let either = pairs.join(" or ");
    let _ = writeln!(
        out,
        "data All;\npurpose Work;\nmay collect All of User for Work;\n\
         may use All for Work when {either};\nmust not use All for Work unless {either};"
    );
    out
}

/// Statements under conditions over so many facts, drawn at random near the threshold at which
/// random 3-SAT is hardest (4.26 clauses for each variable: Mitchell, Selman and Levesque, 1992).
pub fn satisfiability(count: usize, seed: u64) -> String {
    let mut random = Random::new(seed, count as u64);
    let mut out = HEAD.to_owned();
    for at in 0..count {
        let _ = writeln!(out, "fact f{at};");
    }
    let clauses: Vec<String> = (0..count * 426 / 100)
        .map(|_| {
            let mut literals = Vec::new();
            while literals.len() < 3 {
                let fact = random.below(count);
                if !literals.iter().any(|(f, _)| *f == fact) {
                    literals.push((fact, random.percent(50)));
                }
            }
            let word = |(f, yes): &(usize, bool)| format!("{}f{f}", if *yes { "" } else { "not " });
            format!("({})", literals.iter().map(word).collect::<Vec<_>>().join(" or "))
        })
        .collect();
    let _ = writeln!(
        out,
        "data All;\npurpose Work;\nmay collect All of User for Work;\nmay use All for Work;\n\
         must not use All for Work when {};",
        clauses.join(" and ")
    );
    out
}

/// Statements that all speak of the same flows, permitting and prohibiting in turn, each prevailing
/// over the one before.
pub fn chain(length: usize) -> String {
    let mut out = format!("{HEAD}data All;\npurpose Work;\nmay collect All of User for Work;\n");
    for at in 0..length {
        let modal = if at % 2 == 0 { "may" } else { "must not" };
        let over = if at == 0 { String::new() } else { format!(", notwithstanding s{}", at - 1) };
        let _ = writeln!(out, "s{at}: {modal} derive All for Work{over};");
    }
    out
}

/// A vocabulary in which each of so many terms lies below the one before.
pub fn deep(depth: usize) -> String {
    let mut out = HEAD.to_owned();
    for at in 0..depth {
        let _ = writeln!(out, "data D{at};");
    }
    for at in 1..depth {
        let _ = writeln!(out, "D{} includes D{at};", at - 1);
    }
    ends(&mut out, "D0", &format!("D{}", depth - 1));
    out
}

/// A term with so many others right below it.
pub fn wide(children: usize) -> String {
    let mut out = format!("{HEAD}data All {{\n");
    for at in 0..children {
        let _ = writeln!(out, "  D{at};");
    }
    out.push_str("}\n");
    ends(&mut out, "All", &format!("D{}", children - 1));
    out
}

/// So many storeys of two terms, of which both lie below both of the storey above: the number of
/// ways down doubles at each.
pub fn diamonds(storeys: usize) -> String {
    let mut out = HEAD.to_owned();
    for at in 0..storeys {
        let _ = writeln!(out, "data A{at};\ndata B{at};");
    }
    for at in 1..storeys {
        let _ = writeln!(out, "A{0} includes A{at}, B{at};\nB{0} includes A{at}, B{at};", at - 1);
    }
    ends(&mut out, "A0", &format!("B{}", storeys - 1));
    out
}

/// A permission at one end of a vocabulary, and an exception at the other.
fn ends(out: &mut String, top: &str, bottom: &str) {
    let _ = writeln!(
        out,
        "purpose Work {{ Main; }}\nmay collect any of User for Work;\nmay use {top} for Work;\n\
         must not use {bottom} for Main;"
    );
}

/// A policy of the size that a published benchmark of policy analysis uses: 80 rules over 28 terms.
pub fn research(seed: u64) -> String {
    let mut random = Random::new(seed, 80);
    let mut out = format!("{HEAD}data All {{ A {{ A1; A2; A3; }} B {{ B1; B2; B3; }} C {{ C1; C2; }} }}\n");
    out.push_str("parties Vendor bound by \"contract\" { V1; V2; V3; }\nparty Bank;\n");
    out.push_str("purpose Service { S1; S2; S3; } purpose Ads { N1; N2; }\nfact consent;\n");
    let data = ["A", "A1", "A2", "A3", "B", "B1", "B2", "B3", "C", "C1", "C2"];
    let purposes = ["Service", "S1", "S2", "S3", "Ads", "N1", "N2"];
    for at in 0..80 {
        let modal = if random.percent(25) { "must not" } else { "may" };
        let (d, p) = (random.pick(&data), random.pick(&purposes));
        let when = if random.percent(20) { " when consent" } else { "" };
        let _ = match at % 3 {
            0 => writeln!(
                out,
                "{modal} share {d} to {} for {p}{when};",
                random.pick(&["V1", "V2", "V3", "Vendor", "Bank"])
            ),
            1 => writeln!(out, "{modal} use {d} for {p}{when};"),
            _ => writeln!(out, "{modal} collect {d} of User for {p}{when};"),
        };
    }
    out
}
