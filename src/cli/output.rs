//! Standard output and standard error.

use super::Color;
use super::progress::Progress;
use crate::diagnostic::human::Style;
use anstream::ColorChoice;
use std::io::{self, ErrorKind, Write};

/// Where a verb's words go.
#[derive(Debug)]
pub struct Output {
    style: Style,
    error_style: Style,
    quiet: bool,
    progress: Progress,
}

impl Output {
    /// With or without colours, and with nothing beside what was asked for where that is wanted.
    pub fn new(color: Color, quiet: bool) -> Output {
        let style = |automatic: ColorChoice| match (color, automatic) {
            (Color::Always, _) => Style::Colour,
            (Color::Auto, ColorChoice::Always | ColorChoice::AlwaysAnsi) => Style::Colour,
            (Color::Never, _) | (Color::Auto, _) => Style::Plain,
        };
        Output {
            style: style(anstream::AutoStream::choice(&io::stdout())),
            error_style: style(anstream::AutoStream::choice(&io::stderr())),
            quiet,
            progress: Progress::new(quiet),
        }
    }

    /// Whether counts and the like are left out.
    pub fn quiet(&self) -> bool {
        self.quiet
    }

    /// Says what is being done, such as `reading policies/shop`, where somebody watches and it takes long.
    pub fn doing(&self, what: &str) {
        self.progress.doing(what);
    }

    /// How standard output is dressed.
    pub fn style(&self) -> Style {
        self.style
    }

    /// How standard error is dressed.
    pub fn error_style(&self) -> Style {
        self.error_style
    }

    /// Writes to standard output. A reader that has gone (`caveat check | head`) is no failure.
    pub fn print(&self, text: &str) -> Result<(), String> {
        self.bytes(text.as_bytes())
    }

    /// Writes bytes to standard output.
    pub fn bytes(&self, bytes: &[u8]) -> Result<(), String> {
        self.progress.wipe();
        let mut stdout = io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(format!("cannot write to standard output: {error}"))
            }
            _ => Ok(()),
        }
    }

    /// Writes a line to standard error; nothing is left to say where that fails.
    pub fn note(&self, text: &str) {
        self.progress.wipe();
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Says why something could not be done.
    pub fn error(&self, why: &str) {
        match self.error_style {
            Style::Plain => self.note(&format!("error: {why}")),
            Style::Colour => self.note(&format!("\u{1b}[1m\u{1b}[31merror\u{1b}[0m: {why}")),
        }
    }

    /// A word in bold on standard output, where it is coloured.
    pub fn strong(&self, text: &str) -> String {
        match self.style {
            Style::Plain => text.to_owned(),
            Style::Colour => format!("\u{1b}[1m{text}\u{1b}[0m"),
        }
    }
}
