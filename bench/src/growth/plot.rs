//! A curve as a picture: SVG, both axes logarithmic, a panel for each figure.

use std::fmt::Write as _;

use super::curve::{Curve, FIGURES, Figure, Line};
use super::number::tick;

/// Colours of lines, and of all else: neither too light for a white page nor too dark for a black one.
const COLOURS: [&str; 6] = ["#3b82f6", "#ea7317", "#16a36a", "#a855f7", "#e0455e", "#8a8f3a"];
const INK: &str = "#7d8590";

/// A panel, and the room for numbers left of it and below it.
const WIDTH: f64 = 220.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 48.0;
const BELOW: f64 = 34.0;
const ABOVE: f64 = 26.0;

/// How many panels are side by side, and how high a line of the legend is.
const COLUMNS: usize = 3;
const LEGEND: f64 = 18.0;

/// An axis: from one power of ten to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Axis {
    from: i32,
    to: i32,
}

impl Axis {
    /// The powers of ten around all of these; two at least, so that what is flat is a line across.
    fn around(values: impl Iterator<Item = f64>) -> Option<Self> {
        let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
        for value in values.filter(|value| *value > 0.0) {
            (least, most) = (least.min(value), most.max(value));
        }
        if most == 0.0 {
            return None;
        }
        let from = power(least.log10().floor());
        Some(Self { from, to: power(most.log10().ceil()).max(from.saturating_add(1)) })
    }

    /// Which part of its length is below a value.
    fn part(self, value: f64) -> f64 {
        let (from, to) = (f64::from(self.from), f64::from(self.to));
        (value.log10() - from) / (to - from)
    }

    fn ticks(self) -> impl Iterator<Item = (f64, String)> {
        (self.from..=self.to).map(move |power| (self.part(10_f64.powi(power)), tick(power)))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a power of ten is small")]
fn power(power: f64) -> i32 {
    power as i32
}

/// Where a panel is.
struct Place {
    left: f64,
    top: f64,
}

impl Place {
    #[expect(clippy::cast_precision_loss, reason = "there are five panels")]
    fn of(number: usize) -> Self {
        let (row, column) = ((number / COLUMNS) as f64, (number % COLUMNS) as f64);
        Self { left: LEFT + column * (LEFT + WIDTH), top: ABOVE + row * (ABOVE + HEIGHT + BELOW) }
    }

    fn x(&self, part: f64) -> String {
        format!("{:.0}", self.left + part * WIDTH)
    }

    fn y(&self, part: f64) -> String {
        format!("{:.0}", self.top + (1.0 - part) * HEIGHT)
    }
}

/// The picture of a curve. A figure that is nothing everywhere has no panel.
pub(super) fn svg(curve: &Curve) -> String {
    let values = |figure| curve.lines.iter().flat_map(move |line| line.values(figure));
    let panels = FIGURES
        .iter()
        .filter_map(|figure| Some((figure, Axis::around(values(figure).map(|(_, value)| value))?)));
    let panels: Vec<(&Figure, Axis)> = panels.collect();
    let sizes = FIGURES.iter().flat_map(values).map(|(size, _)| size);
    let across = Axis::around(sizes).unwrap_or(Axis { from: 0, to: 1 });
    let last = Place::of(panels.len().saturating_sub(1));
    let mut drawing = String::new();
    for (number, (figure, axis)) in panels.iter().enumerate() {
        panel(&mut drawing, &Place::of(number), (figure, *axis), (curve, across));
    }
    let mut below = last.top + HEIGHT + BELOW + LEGEND;
    for (line, colour) in curve.lines.iter().zip(COLOURS) {
        let (dash, text) = (below - 4.0, escaped(line.name));
        // Writing to a text cannot fail, here and below.
        writeln!(
            drawing,
            "<path d=\"M{LEFT} {dash}h24\" stroke=\"{colour}\" stroke-width=\"2\"/>\
             <text x=\"{}\" y=\"{below}\">{text}</text>",
            LEFT + 32.0,
        )
        .ok();
        below += LEGEND;
    }
    #[expect(clippy::cast_precision_loss, reason = "there are three columns at most")]
    let width = LEFT + COLUMNS.min(panels.len().max(1)) as f64 * (LEFT + WIDTH);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {below:.0}\" \
         font-family=\"sans-serif\" font-size=\"11\" fill=\"{INK}\">\n<title>{}</title>\n{drawing}</svg>\n",
        escaped(curve.axis),
    )
}

fn panel(
    drawing: &mut String,
    place: &Place,
    (figure, axis): (&Figure, Axis),
    (curve, across): (&Curve, Axis),
) {
    let (left, right, bottom) = (place.x(0.0), place.x(1.0), place.y(0.0));
    let head = place.top - 8.0;
    writeln!(
        drawing,
        "<text x=\"{left}\" y=\"{head:.0}\" font-weight=\"bold\">{}</text>",
        figure.name
    )
    .ok();
    let mut grid = String::new();
    for (part, text) in axis.ticks() {
        let y = place.y(part);
        write!(grid, "M{left} {y}H{right}").ok();
        let x = place.left - 5.0;
        write!(drawing, "<text x=\"{x:.0}\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">{text}</text>")
            .ok();
    }
    for (part, text) in across.ticks() {
        let (x, y) = (place.x(part), place.top + HEIGHT + 14.0);
        write!(grid, "M{x} {bottom}v-4").ok();
        write!(drawing, "<text x=\"{x}\" y=\"{y:.0}\" text-anchor=\"middle\">{text}</text>").ok();
    }
    write!(drawing, "\n<path d=\"{grid}\" stroke=\"{INK}\" stroke-opacity=\".35\"/>\n").ok();
    for (line, colour) in curve.lines.iter().zip(COLOURS) {
        if let Some((way, dots)) = path(line, place, (figure, axis), across) {
            writeln!(
                drawing,
                "<g fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"><path d=\"{way}\"/>\
                 <path d=\"{dots}\" stroke-width=\"5\" stroke-linecap=\"round\"/></g>"
            )
            .ok();
        }
    }
}

/// The line from size to size, and a dot at each.
fn path(
    line: &Line,
    place: &Place,
    (figure, axis): (&Figure, Axis),
    across: Axis,
) -> Option<(String, String)> {
    let (mut way, mut dots) = (String::new(), String::new());
    for (size, value) in line.values(figure).into_iter().filter(|(_, value)| *value > 0.0) {
        let (x, y) = (place.x(across.part(size)), place.y(axis.part(value)));
        write!(way, "{}{x} {y}", if way.is_empty() { 'M' } else { 'L' }).ok();
        write!(dots, "M{x} {y}h0").ok();
    }
    (!way.is_empty()).then_some((way, dots))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_goes_from_the_power_of_ten_below_to_the_one_above() {
        let axis = Axis::around([25.0, 101.0, 0.0].into_iter()).unwrap();
        assert_eq!(axis, Axis { from: 1, to: 3 });
        assert_eq!(Axis::around([1.0, 1.0].into_iter()), Some(Axis { from: 0, to: 1 }));
        assert_eq!(Axis::around([0.0].into_iter()), None);
        let ticks: Vec<(f64, String)> = axis.ticks().collect();
        let expected = [(0.0, "10"), (0.5, "100"), (1.0, "1k")];
        assert_eq!(ticks, expected.map(|(part, text)| (part, text.to_owned())));
    }

    #[test]
    fn a_value_is_as_far_up_as_its_logarithm() {
        let place = Place::of(0);
        let axis = Axis { from: 0, to: 2 };
        assert_eq!(place.y(axis.part(1.0)), format!("{:.0}", ABOVE + HEIGHT));
        assert_eq!(place.y(axis.part(10.0)), format!("{:.0}", ABOVE + HEIGHT / 2.0));
        assert_eq!(place.y(axis.part(100.0)), format!("{ABOVE:.0}"));
        assert!(Place::of(COLUMNS).top > Place::of(0).top);
    }

    #[test]
    fn what_is_named_is_escaped() {
        assert_eq!(escaped("a < b & c"), "a &lt; b &amp; c");
    }
}
