//! What a process uses, as Linux tells it.

use std::fs;
use std::time::Duration;

use crate::Outcome;

/// What a process has used so far.
#[derive(Clone, Copy)]
pub(super) struct Usage {
    /// Memory in RAM now, in bytes.
    pub(super) memory: u64,
    /// The most of it since [`forget_peak`].
    pub(super) peak: u64,
    /// CPU time since the start, in ticks of 10 ms.
    pub(super) cpu: Duration,
}

impl Usage {
    /// Of this process.
    ///
    /// # Errors
    /// When it is gone, or the system tells nothing.
    pub(super) fn of(pid: u32) -> Outcome<Self> {
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let kibibytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.trim_start_matches(':').trim().split(' ').next()?.parse::<u64>().ok())
                .ok_or_else(|| format!("/proc/{pid}/status lacks {name}"))
        };
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        // The name, in brackets, may have spaces: fields count from behind it.
        let fields: Vec<&str> =
            stat.rsplit_once(") ").map(|(_, rest)| rest.split(' ').collect()).unwrap_or_default();
        let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
        Ok(Self {
            memory: kibibytes("VmRSS")? * 1024,
            peak: kibibytes("VmHWM")? * 1024,
            cpu: Duration::from_millis((ticks(11) + ticks(12)) * 10),
        })
    }
}

/// Has the peak count from now.
///
/// # Errors
/// When the system does not allow it.
pub(super) fn forget_peak(pid: u32) -> Outcome {
    Ok(fs::write(format!("/proc/{pid}/clear_refs"), "5")?)
}

/// Bytes as people read them.
pub(super) fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / (1024.0 * 1024.0))
}
