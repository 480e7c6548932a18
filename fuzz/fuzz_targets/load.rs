//! Any bytes as a bundle's file, and any bytes as the content of one, with a right digest around
//! them. What loads can be asked, and the index decides as the definition does.

#![no_main]

use caveat::bundle::format::Variable;
use caveat::bundle::{Bundle, Dimension, envelope};
use caveat::decide::{Request, decide, explain, point};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(error) = Bundle::load(bytes) {
        let _ = error.to_string();
    }
    // the first four bytes choose what is asked
    let Some((choice, content)) = bytes.split_first_chunk::<4>() else { return };
    match Bundle::load(&envelope::write(content)) {
        Ok(bundle) => ask(&bundle, u64::from(u32::from_le_bytes(*choice))),
        Err(error) => drop(error.to_string()),
    }
});

/// Asks for single flows, by the index and by the definition, and once for everything.
fn ask(bundle: &Bundle, seed: u64) {
    let mut state = seed;
    for _ in 0..4 {
        let mut cells = [0; 10];
        let mut builder = Request::builder(bundle);
        for (dimension, cell) in Dimension::ALL.into_iter().zip(&mut cells) {
            let end = match dimension {
                Dimension::Action => 17,
                Dimension::Form => 5,
                _ => bundle.graph(dimension).map_or(1, |graph| graph.end()),
            };
            *cell = if end > 1 { 1 + next(&mut state, end - 1) } else { 0 };
        }
        let [_, action, ..] = cells;
        // `with` is for combining and `recipient` for the sharing family
        if action != 3 {
            cells[3] = 0;
        }
        if !(9..15).contains(&action) {
            cells[7] = 0;
        }
        for (dimension, cell) in Dimension::ALL.into_iter().zip(cells) {
            builder = builder.cells(dimension, vec![(cell, cell + 1)]);
        }
        let variables = &bundle.content().variables;
        let world: Vec<u32> = variables.iter().map(|v: &Variable| next(&mut state, v.values())).collect();
        for (variable, value) in (0..).zip(&world) {
            builder = builder.values(variable, vec![(*value, value + 1)]);
        }
        let Ok(request) = builder.build() else { continue };
        let (quick, defined) = (decide(bundle, &request), point(bundle, &cells, &world));
        assert_eq!(quick.verdict, defined.verdict, "at {cells:?} in {world:?}");
        assert_eq!(explain(bundle, &request).verdict, defined.verdict);
    }
    if let Ok(request) = Request::builder(bundle).action("use").build() {
        assert_eq!(decide(bundle, &request).verdict, explain(bundle, &request).verdict);
    }
}

/// SplitMix64.
fn next(state: &mut u64, end: u32) -> u32 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) % u64::from(end.max(1))) as u32
}
