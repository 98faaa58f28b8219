//! Which call meets which fault.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Fault;

/// What calls meet, by their number: calls of the store, or of another port with faults of its own.
#[derive(Debug, Clone)]
pub struct Plan<F = Fault> {
    seen: usize,
    by_number: BTreeMap<usize, F>,
    after: Option<(usize, F)>,
    random: Option<(Generator, Rates<F>)>,
    met: Option<Arc<AtomicUsize>>,
}

/// How often each fault comes, in percent.
#[derive(Debug, Clone)]
pub struct Rates<F = Fault>(Vec<(u8, F)>);

impl<F> Rates<F> {
    /// Each fault at its rate. Together they may not exceed 100; what does is cut off.
    #[must_use]
    pub fn new(rates: impl IntoIterator<Item = (u8, F)>) -> Self {
        Self(rates.into_iter().collect())
    }
}

/// Every call passes.
impl<F> Default for Plan<F> {
    fn default() -> Self {
        Self { seen: 0, by_number: BTreeMap::new(), after: None, random: None, met: None }
    }
}

impl<F: Copy> Plan<F> {
    /// Every call meets the fault.
    #[must_use]
    pub fn always(fault: F) -> Self {
        Self::after(0, fault)
    }

    /// The first so many calls pass; every later one meets the fault.
    #[must_use]
    pub fn after(calls: usize, fault: F) -> Self {
        Self { after: Some((calls, fault)), ..Self::default() }
    }

    /// The call of that number, from 1, meets the fault; the others pass.
    #[must_use]
    pub fn fail_call(number: usize, fault: F) -> Self {
        Self { by_number: BTreeMap::from([(number, fault)]), ..Self::default() }
    }

    /// The calls of those numbers meet the fault; the others pass.
    #[must_use]
    pub fn fail_calls(numbers: std::ops::Range<usize>, fault: F) -> Self {
        let by_number = numbers.map(|number| (number, fault)).collect();
        Self { by_number, ..Self::default() }
    }

    /// The first calls meet these, one each; the others pass.
    #[must_use]
    pub fn first(faults: impl IntoIterator<Item = F>) -> Self {
        Self { by_number: (1..).zip(faults).collect(), ..Self::default() }
    }

    /// Calls meet faults at random, the same ones for the same seed.
    #[must_use]
    pub fn seeded(seed: u64, rates: Rates<F>) -> Self {
        Self { random: Some((Generator(seed), rates)), ..Self::default() }
    }

    /// The same, and each fault that a call meets is counted there.
    #[must_use]
    pub fn counting(self, met: &Arc<AtomicUsize>) -> Self {
        Self { met: Some(Arc::clone(met)), ..self }
    }

    pub(crate) fn next_fault(&mut self) -> Option<F> {
        let fault = self.draw();
        if let Some(met) = self.met.as_ref().filter(|_| fault.is_some()) {
            met.fetch_add(1, Ordering::Relaxed);
        }
        fault
    }

    fn draw(&mut self) -> Option<F> {
        self.seen += 1;
        if let Some((calls, fault)) = self.after {
            return (self.seen > calls).then_some(fault);
        }
        if let Some((generator, Rates(rates))) = &mut self.random {
            let mut draw = generator.next_below(100);
            return rates.iter().find_map(|(rate, fault)| {
                let hit = draw < u64::from(*rate);
                draw = draw.saturating_sub(u64::from(*rate));
                hit.then_some(*fault)
            });
        }
        self.by_number.remove(&self.seen)
    }
}

/// SplitMix64: enough to spread faults, and the same on every machine.
#[derive(Debug, Clone)]
struct Generator(u64);

impl Generator {
    fn next_below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(plan: &mut Plan, calls: usize) -> Vec<Option<Fault>> {
        (0..calls).map(|_| plan.next_fault()).collect()
    }

    #[test]
    fn the_call_of_a_number_meets_its_fault_once() {
        let mut plan = Plan::fail_call(2, Fault::Throttle);
        assert_eq!(draw(&mut plan, 4), [None, Some(Fault::Throttle), None, None]);
        let mut plan = Plan::first([Fault::LoseAnswer, Fault::Conflict]);
        let expected = [Some(Fault::LoseAnswer), Some(Fault::Conflict), None];
        assert_eq!(draw(&mut plan, 3), expected);
    }

    #[test]
    fn the_calls_after_some_meet_the_fault_each_time() {
        let mut plan = Plan::after(2, Fault::Throttle);
        let fault = Some(Fault::Throttle);
        assert_eq!(draw(&mut plan, 5), [None, None, fault, fault, fault]);
        assert_eq!(draw(&mut Plan::always(Fault::Throttle), 2), [fault, fault]);
    }

    #[test]
    fn faults_that_are_met_are_counted_and_calls_that_pass_are_not() {
        let met = Arc::new(AtomicUsize::new(0));
        draw(&mut Plan::after(2, Fault::Throttle).counting(&met), 5);
        draw(&mut Plan::fail_call(1, Fault::Conflict).counting(&met), 5);
        assert_eq!(met.load(Ordering::Relaxed), 4);
    }

    #[test]
    fn a_seed_draws_the_same_faults_at_about_their_rates() {
        let rates = Rates::new([(10, Fault::LoseRequest), (20, Fault::Throttle)]);
        let drawn = draw(&mut Plan::seeded(7, rates.clone()), 10_000);
        assert_eq!(drawn, draw(&mut Plan::seeded(7, rates.clone()), 10_000));
        assert_ne!(drawn, draw(&mut Plan::seeded(8, rates), 10_000));
        let count = |fault| drawn.iter().filter(|drawn| **drawn == Some(fault)).count();
        assert!((800..1200).contains(&count(Fault::LoseRequest)));
        assert!((1800..2200).contains(&count(Fault::Throttle)));
    }
}
