//! Typed columns that grow by pushing; a value costs no allocation of its own.

/// Values of one type, nullable or not. Which one it is does not depend on the values, so that a
/// column's type is the same at every refresh.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cells<T> {
    pub(crate) values: Vec<T>,
    pub(crate) valid: Option<Vec<bool>>,
}

impl<T: Copy + Default> Cells<T> {
    /// Makes an empty column that holds no nulls.
    pub fn plain() -> Self {
        Self { values: Vec::new(), valid: None }
    }

    /// Makes an empty column that may hold nulls.
    pub fn nullable() -> Self {
        Self { values: Vec::new(), valid: Some(Vec::new()) }
    }

    /// Appends a value.
    #[inline]
    pub fn push(&mut self, value: T) {
        self.values.push(value);
        if let Some(valid) = &mut self.valid {
            valid.push(true);
        }
    }

    /// Appends a value or a null. A null makes a plain column a nullable one.
    pub fn push_option(&mut self, value: Option<T>) {
        let rows = self.values.len();
        if value.is_none() {
            let valid = self.valid.get_or_insert_with(|| vec![true; rows]);
            valid.push(false);
            self.values.push(T::default());
        } else if let Some(value) = value {
            self.push(value);
        }
    }

    /// Returns how many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Tells whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Forgets the values and keeps the memory.
    pub fn clear(&mut self) {
        self.values.clear();
        if let Some(valid) = &mut self.valid {
            valid.clear();
        }
    }
}

/// Texts in one buffer, nullable or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Texts {
    pub(crate) bytes: String,
    /// Where each text starts, and where the last one ends.
    pub(crate) offsets: Vec<i32>,
    pub(crate) valid: Option<Vec<bool>>,
    /// Set once the texts are too long for the offsets; the frame is refused then.
    pub(crate) too_long: bool,
}

impl Texts {
    /// Makes an empty column that holds no nulls.
    pub fn plain() -> Self {
        Self { bytes: String::new(), offsets: vec![0], valid: None, too_long: false }
    }

    /// Makes an empty column that may hold nulls.
    pub fn nullable() -> Self {
        Self { valid: Some(Vec::new()), ..Self::plain() }
    }

    /// Appends a text.
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.end(true);
    }

    /// Appends a text or a null. A null makes a plain column a nullable one.
    pub fn push_option(&mut self, text: Option<&str>) {
        if let Some(text) = text {
            self.push(text);
        } else {
            let rows = self.len();
            self.valid.get_or_insert_with(|| vec![true; rows]);
            self.end(false);
        }
    }

    /// Returns how many texts there are.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Tells whether there are no texts.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn end(&mut self, is_text: bool) {
        self.offsets.push(i32::try_from(self.bytes.len()).unwrap_or_else(|_| {
            self.too_long = true;
            self.bytes.clear();
            0
        }));
        if let Some(valid) = &mut self.valid {
            valid.push(is_text);
        }
    }
}

/// A column of a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Nanoseconds since the epoch.
    Time(Cells<i64>),
    /// Numbers.
    Float(Cells<f64>),
    /// Whole numbers.
    Int(Cells<i64>),
    /// Truth values.
    Bool(Cells<bool>),
    /// Texts.
    Text(Texts),
}

impl Column {
    /// Returns how many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Time(cells) | Self::Int(cells) => cells.len(),
            Self::Float(cells) => cells.len(),
            Self::Bool(cells) => cells.len(),
            Self::Text(texts) => texts.len(),
        }
    }

    /// Tells whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
