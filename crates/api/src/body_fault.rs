//! Why a request has no body, as the API, the pages and the endpoints of domains tell it.

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyFault {
    /// It has more bytes than it may.
    TooLarge,
    /// It did not end in time.
    TimedOut,
    /// It had to make room for another unfinished request, or there is none for so many bytes.
    Crowded,
    /// It broke off, or was no body.
    Broken,
}

impl BodyFault {
    /// The HTTP status that tells it.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::TooLarge => 413,
            Self::TimedOut => 408,
            Self::Crowded => 503,
            Self::Broken => 400,
        }
    }
}
