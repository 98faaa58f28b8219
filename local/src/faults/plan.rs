//! Which call meets which fault.

use std::collections::BTreeMap;

use super::Fault;

/// What calls meet, by their number.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    seen: usize,
    by_number: BTreeMap<usize, Fault>,
    always: Option<Fault>,
    random: Option<(Generator, Rates)>,
}

/// How often each fault comes, in percent.
#[derive(Debug, Clone, Default)]
pub struct Rates(Vec<(u8, Fault)>);

impl Rates {
    /// Each fault at its rate. Together they may not exceed 100; what does is cut off.
    #[must_use]
    pub fn new(rates: impl IntoIterator<Item = (u8, Fault)>) -> Self {
        Self(rates.into_iter().collect())
    }
}

impl Plan {
    /// Every call meets the fault.
    #[must_use]
    pub fn always(fault: Fault) -> Self {
        Self { always: Some(fault), ..Self::default() }
    }

    /// The call of that number, from 1, meets the fault; the others pass.
    #[must_use]
    pub fn fail_call(number: usize, fault: Fault) -> Self {
        Self { by_number: BTreeMap::from([(number, fault)]), ..Self::default() }
    }

    /// The first calls meet these, one each; the others pass.
    #[must_use]
    pub fn first(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self { by_number: (1..).zip(faults).collect(), ..Self::default() }
    }

    /// Calls meet faults at random, the same ones for the same seed.
    #[must_use]
    pub fn seeded(seed: u64, rates: Rates) -> Self {
        Self { random: Some((Generator(seed), rates)), ..Self::default() }
    }

    pub(super) fn next_fault(&mut self) -> Option<Fault> {
        self.seen += 1;
        if self.always.is_some() {
            return self.always;
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
