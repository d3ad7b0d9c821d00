//! What unfinished requests may hold: bytes in all, and bytes and requests of one address. Idle connections and requests that
//! arrived hold nothing here, so that many callers behind one proxy are no crowd.
//!
//! Where there is no room, the oldest unfinished request makes some: of the same address, or of the one that holds the most. Honest
//! requests arrive soon after they begin, so that they get through beside those of an attacker with the same address.
//!
//! Each process counts for itself: the memory and the handles are its own.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::config::Config;
use crate::network::network;

/// How long a request may take before it is one of those that an address may have so many of: headers and body of an upload come
/// apart in any network, and many callers behind one proxy are no crowd.
const GRACE: Duration = Duration::from_secs(1);

/// What all unfinished requests hold.
#[derive(Clone)]
pub(crate) struct Unfinished(Arc<Inner>);

struct Inner {
    most_bytes: usize,
    most_bytes_per_address: usize,
    most_requests_per_address: usize,
    grace: Duration,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    bytes: usize,
    /// The number of the next request.
    next: u64,
    by_address: HashMap<IpAddr, Share>,
}

/// What the requests of one address hold. The oldest ones are first.
#[derive(Default)]
struct Share {
    bytes: usize,
    requests: BTreeMap<u64, Request>,
}

struct Request {
    bytes: usize,
    since: Instant,
    /// Wakes whoever waits for the rest of it.
    waker: Option<Waker>,
}

impl Unfinished {
    /// As the configuration says.
    pub(crate) fn new(config: &Config) -> Self {
        Self::with_grace(config, GRACE)
    }

    fn with_grace(config: &Config, grace: Duration) -> Self {
        Self(Arc::new(Inner {
            most_bytes: config.max_unfinished_bytes,
            most_bytes_per_address: config.max_unfinished_bytes_per_address,
            most_requests_per_address: config.max_unfinished_requests_per_address,
            grace,
            held: Mutex::default(),
        }))
    }

    /// A place for one more unfinished request of this address.
    pub(crate) fn place(&self, caller: Option<IpAddr>) -> Place {
        // Those whose address nobody knows are one.
        let address = network(caller.unwrap_or(Ipv4Addr::UNSPECIFIED.into()));
        let mut held = self.lock();
        let number = held.next;
        held.next += 1;
        let share = held.by_address.entry(address).or_default();
        let surplus = (share.requests.len() + 1).saturating_sub(self.0.most_requests_per_address);
        let is_old = |request: &Request| request.since.elapsed() >= self.0.grace;
        let oldest = share.requests.iter().take(surplus).take_while(|(_, request)| is_old(request));
        let ended: Vec<u64> = oldest.map(|(number, _)| *number).collect();
        share.requests.insert(number, Request { bytes: 0, since: Instant::now(), waker: None });
        for number in ended {
            held.end(address, number);
        }
        Place { unfinished: self.clone(), address, number }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().expect("nobody panics with what is held")
    }
}

impl Held {
    /// Takes a request out. Whoever waits for the rest of it is told.
    fn end(&mut self, address: IpAddr, number: u64) {
        let Some(share) = self.by_address.get_mut(&address) else { return };
        let Some(request) = share.requests.remove(&number) else { return };
        share.bytes -= request.bytes;
        self.bytes -= request.bytes;
        if share.requests.is_empty() {
            self.by_address.remove(&address);
        }
        if let Some(waker) = request.waker {
            waker.wake();
        }
    }

    /// The oldest request of an address that holds anything, but for this one.
    fn oldest(&self, address: IpAddr, but: u64) -> Option<u64> {
        let requests = &self.by_address.get(&address)?.requests;
        requests
            .iter()
            .find(|(number, request)| **number != but && request.bytes > 0)
            .map(|(number, _)| *number)
    }

    /// The address that holds the most.
    fn largest(&self) -> Option<IpAddr> {
        self.by_address.iter().max_by_key(|(_, share)| share.bytes).map(|(address, _)| *address)
    }

    fn of_address(&self, address: IpAddr) -> usize {
        self.by_address.get(&address).map_or(0, |share| share.bytes)
    }
}

/// The place of one unfinished request. It is free again when this value goes.
pub(crate) struct Place {
    unfinished: Unfinished,
    address: IpAddr,
    number: u64,
}

impl Place {
    /// Holds so many bytes more. False when there is no room for them, or the place was taken away.
    #[must_use]
    pub(crate) fn hold(&mut self, bytes: usize) -> bool {
        let limits = &self.unfinished.0;
        let mut held = self.unfinished.lock();
        while held.of_address(self.address).saturating_add(bytes) > limits.most_bytes_per_address {
            let Some(oldest) = held.oldest(self.address, self.number) else { return false };
            held.end(self.address, oldest);
        }
        while held.bytes.saturating_add(bytes) > limits.most_bytes {
            let Some(largest) = held.largest() else { return false };
            let Some(oldest) = held.oldest(largest, self.number) else { return false };
            held.end(largest, oldest);
        }
        let Some(share) = held.by_address.get_mut(&self.address) else { return false };
        let Some(request) = share.requests.get_mut(&self.number) else { return false };
        request.bytes += bytes;
        share.bytes += bytes;
        held.bytes += bytes;
        true
    }

    /// Ready when the place was taken away for a newer request.
    pub(crate) fn poll_taken(&self, context: &Context<'_>) -> Poll<()> {
        let mut held = self.unfinished.lock();
        let share = held.by_address.get_mut(&self.address);
        match share.and_then(|share| share.requests.get_mut(&self.number)) {
            Some(request) => {
                request.waker = Some(context.waker().clone());
                Poll::Pending
            }
            None => Poll::Ready(()),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.unfinished.lock().end(self.address, self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Unfinished {
        with_grace(Duration::ZERO)
    }

    fn with_grace(grace: Duration) -> Unfinished {
        let config = Config {
            max_unfinished_bytes: 100,
            max_unfinished_bytes_per_address: 60,
            max_unfinished_requests_per_address: 2,
            ..Config::default()
        };
        Unfinished::with_grace(&config, grace)
    }

    fn place(unfinished: &Unfinished, address: &str) -> Place {
        unfinished.place(Some(address.parse().unwrap()))
    }

    fn is_taken(place: &Place) -> bool {
        place.poll_taken(&Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn the_oldest_request_of_an_address_makes_room_for_another() {
        let unfinished = limits();
        let places: Vec<Place> = (0..4).map(|_| place(&unfinished, "192.0.2.1")).collect();
        let others = [place(&unfinished, "192.0.2.2"), unfinished.place(None)];
        assert_eq!(places.iter().map(is_taken).collect::<Vec<_>>(), [true, true, false, false]);
        assert!(!others.iter().any(is_taken));
        let mut places = places.into_iter();
        assert!(!places.next().unwrap().hold(1));
        drop(places.next_back());
        let newest = place(&unfinished, "192.0.2.1");
        assert!(!is_taken(&places.next_back().unwrap()) && !is_taken(&newest), "a place was free");

        let networks = [1, 2, 3].map(|host| place(&unfinished, &format!("2001:db8::{host}")));
        assert_eq!(networks.each_ref().map(is_taken), [true, false, false]);
    }

    #[test]
    fn requests_that_just_began_are_no_crowd() {
        let unfinished = with_grace(Duration::from_secs(3600));
        let mut places: Vec<Place> = (0..200).map(|_| place(&unfinished, "192.0.2.1")).collect();
        assert!(!places.iter().any(is_taken));
        assert!(places[0].hold(60) && !places[0].hold(1), "bytes are bounded all the same");
    }

    #[test]
    fn bytes_are_held_for_an_address_and_for_all() {
        let unfinished = limits();
        let mut one = place(&unfinished, "192.0.2.1");
        assert!(one.hold(50) && !one.hold(11) && one.hold(10), "alone there is nobody to make room");
        let mut newer = place(&unfinished, "192.0.2.1");
        assert!(newer.hold(1) && is_taken(&one) && newer.hold(49), "an older one of the address makes room");
        let mut other = place(&unfinished, "192.0.2.2");
        assert!(other.hold(50) && !is_taken(&newer));
        let mut third = place(&unfinished, "192.0.2.3");
        assert!(third.hold(40), "one of an address that holds the most makes room");
        assert_eq!([&newer, &other].into_iter().filter(|place| is_taken(place)).count(), 1);
        assert_eq!(unfinished.lock().bytes, 90);
        assert!(!third.hold(usize::MAX));
        drop((one, newer, other, third));
        assert_eq!(unfinished.lock().bytes, 0);
        assert!(unfinished.lock().by_address.is_empty());
    }
}
