//! Questions about two flows that share most of their cells: one party does this, and another that.
//!
//! The boxes that speak of the second flow are turned so that they stand over the first one's cells;
//! then one search answers for both.

use crate::flow::boxes::FlowBox;
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, Scene};

/// What speaks of the first flow, and what speaks of the second.
pub struct TwoFlows<'s> {
    /// The rules about the first flow.
    pub first: Scene<'s>,
    /// The rules about the second flow.
    pub second: Scene<'s>,
    turned: Vec<(u32, FlowBox)>,
}

impl<'s> TwoFlows<'s> {
    /// `turn` gives the box of first flows for which the second lies in a box; none where it cannot.
    pub fn new(
        first: Scene<'s>,
        second: Scene<'s>,
        turn: impl Fn(&FlowBox) -> Option<FlowBox>,
    ) -> TwoFlows<'s> {
        let boxes = second.boxes.iter().enumerate();
        let turned = boxes.filter_map(|(i, b)| Some((i as u32, turn(b)?))).collect();
        TwoFlows { first, second, turned }
    }

    /// A first flow in `query` such that `wanted`, given which boxes of the two scenes are live,
    /// names a possible world of it.
    pub fn find(
        &self,
        analysis: &Analysis<'_>,
        query: &FlowBox,
        wanted: &mut dyn FnMut(&[u32], &[u32]) -> World,
    ) -> Answer {
        let boxes: Vec<&FlowBox> =
            self.first.boxes.iter().copied().chain(self.turned.iter().map(|t| &t.1)).collect();
        let count = self.first.boxes.len() as u32;
        analysis.space.find(query, &boxes, &mut |live| {
            let split = live.partition_point(|i| *i < count);
            let (first, rest) = live.split_at_checked(split).unwrap_or((live, &[]));
            let turned = |i: &u32| Some(self.turned.get(i.checked_sub(count)? as usize)?.0);
            let second: Vec<u32> = rest.iter().filter_map(turned).collect();
            wanted(first, &second)
        })
    }
}

/// A box with some dimensions replaced.
pub fn replaced(one: &FlowBox, with: impl IntoIterator<Item = (Dimension, CellSet)>) -> FlowBox {
    let mut out = one.clone();
    for (dimension, cells) in with {
        *out.cells.get_mut(dimension) = cells;
    }
    out
}
