//! Which pool's message is handed on next: fair over accounts, then over pools, whoever has how much to send.
//!
//! A receiver that hangs holds the slots of its pool, never all.

use std::collections::HashMap;

use domain::ids::PoolId;
use storage::DuePool;
use tokio::task::Id;

/// What is being handed on, and who had a turn when.
pub(super) struct Slots {
    most: usize,
    busy: HashMap<Id, (String, PoolId)>,
    turn: u64,
    turns_of_accounts: HashMap<String, u64>,
    turns_of_pools: HashMap<PoolId, u64>,
}

impl Slots {
    /// So many slots, all of them free.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            busy: HashMap::new(),
            turn: 0,
            turns_of_accounts: HashMap::new(),
            turns_of_pools: HashMap::new(),
        }
    }

    /// Whether no slot is free.
    pub(super) fn are_taken(&self) -> bool {
        self.busy.len() >= self.most
    }

    /// The place of the pool whose turn it is: of the account, and then the pool, with the fewest messages under way, and the
    /// longest time since its last turn. A pool has at most half of the slots, an account at most three quarters.
    pub(super) fn next(&self, waiting: &[DuePool]) -> Option<usize> {
        if self.are_taken() {
            return None;
        }
        let of_account = |account: &str| self.busy.values().filter(|(busy, _)| busy == account).count();
        let of_pool = |pool: &PoolId| self.busy.values().filter(|(_, busy)| busy == pool).count();
        let may_begin = |pool: &DuePool| {
            of_pool(&pool.pool_id) < (self.most / 2).max(1)
                && of_account(&pool.account) < (self.most - self.most / 4).max(1)
        };
        let turn = |pool: &DuePool| {
            (
                of_account(&pool.account),
                self.turns_of_accounts.get(&pool.account).copied(),
                of_pool(&pool.pool_id),
                self.turns_of_pools.get(&pool.pool_id).copied(),
                pool.due_at,
            )
        };
        let candidates = waiting.iter().enumerate().filter(|(_, pool)| may_begin(pool));
        candidates.min_by_key(|(_, pool)| turn(pool)).map(|(index, _)| index)
    }

    /// A message of this pool is under way, by this task.
    pub(super) fn begin(&mut self, task: Id, pool: &DuePool) {
        self.turn += 1;
        self.busy.insert(task, (pool.account.clone(), pool.pool_id.clone()));
        self.turns_of_accounts.insert(pool.account.clone(), self.turn);
        self.turns_of_pools.insert(pool.pool_id.clone(), self.turn);
    }

    /// The task has ended, however.
    pub(super) fn end(&mut self, task: Id) {
        self.busy.remove(&task);
    }

    /// Forgets the turns of those who have nothing to send, so that memory does not grow with all who ever had.
    pub(super) fn forget_all_but(&mut self, waiting: &[DuePool]) {
        self.turns_of_accounts.retain(|account, _| waiting.iter().any(|pool| pool.account == *account));
        self.turns_of_pools.retain(|id, _| waiting.iter().any(|pool| pool.pool_id == *id));
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn waiting(account: &str, pool: &str) -> DuePool {
        let due_at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        DuePool { account: account.to_owned(), pool_id: PoolId::from(pool.to_owned()), due_at }
    }

    /// Fills the slots from these pools, none of which ends. What began, in order.
    async fn filled(most: usize, pools: &[DuePool]) -> Vec<String> {
        let mut slots = Slots::new(most);
        let mut began = Vec::new();
        while let Some(index) = slots.next(pools) {
            slots.begin(tokio::spawn(async {}).id(), &pools[index]);
            began.push(pools[index].pool_id.as_str().to_owned());
        }
        began
    }

    #[tokio::test]
    async fn one_pool_has_half_of_the_slots_and_one_account_three_quarters() {
        for (most, pools, began) in [
            (8, &[("1", "a")][..], "aaaa"),
            (8, &[("1", "a"), ("1", "b")], "ababab"),
            (8, &[("1", "a"), ("1", "b"), ("1", "c"), ("2", "d")], "adbdcdad"),
            (8, &[("1", "a"), ("2", "b")], "abababab"),
            (2, &[("1", "a"), ("2", "b")], "ab"),
            (2, &[("1", "a"), ("1", "b")], "ab"),
            (1, &[("1", "a"), ("2", "b")], "a"),
            (8, &[], ""),
        ] {
            let pools: Vec<DuePool> = pools.iter().map(|(account, pool)| waiting(account, pool)).collect();
            assert_eq!(filled(most, &pools).await.concat(), began, "{most} {pools:?}");
        }
    }

    #[tokio::test]
    async fn turns_go_round_where_there_is_one_slot() {
        let pools = [waiting("1", "a"), waiting("1", "b"), waiting("2", "c")];
        let mut slots = Slots::new(1);
        let mut began = String::new();
        for _ in 0..8 {
            let index = slots.next(&pools).unwrap();
            let task = tokio::spawn(async {}).id();
            slots.begin(task, &pools[index]);
            began.push_str(pools[index].pool_id.as_str());
            slots.end(task);
        }
        assert_eq!(began, "acbcacbc");
        slots.forget_all_but(&pools[2..]);
        assert_eq!((slots.turns_of_accounts.len(), slots.turns_of_pools.len()), (1, 1));
    }
}
