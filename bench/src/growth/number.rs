//! Numbers as a table and a plot show them.

/// A figure: whole numbers and large ones in groups of three digits, others with their decimals.
pub(super) fn shown(figure: f64) -> String {
    if figure.fract().abs() < 1e-9 || figure.abs() >= 1_000.0 {
        return grouped(figure);
    }
    let decimals = if figure.abs() >= 0.1 { 2 } else { 4 };
    let text = format!("{figure:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn grouped(figure: f64) -> String {
    let text = format!("{figure:.0}");
    let mut grouped = String::new();
    for (place, digit) in text.char_indices() {
        if place > 0 && (text.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The power of ten that is written as one word beside an axis: `1`, `10k`, `1M`.
pub(super) fn tick(power: i32) -> String {
    let (unit, least) = match power {
        ..0 => return format!("{}", 10_f64.powi(power)),
        0..3 => ("", 0),
        3..6 => ("k", 3),
        6..9 => ("M", 6),
        9.. => ("G", 9),
    };
    format!("{:.0}{unit}", 10_f64.powi(power - least))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_groups_or_decimals() {
        let all = [0.0, 3.0, 1_000_000.0, 1_234.6, 2.5, 0.333, 0.0123].map(shown);
        assert_eq!(all, ["0", "3", "1,000,000", "1,235", "2.5", "0.33", "0.0123"]);
    }

    #[test]
    fn a_tick_is_a_power_of_ten() {
        let all = [-1, 0, 2, 3, 5, 6, 9].map(tick);
        assert_eq!(all, ["0.1", "1", "100", "1k", "100k", "1M", "1G"]);
    }
}
