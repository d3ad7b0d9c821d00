//! What the database itself says about its tables.

use storage::Store;
use uuid::Uuid;

use crate::database::TestDatabase;

/// A table and its columns, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    /// The SQL for its value as bytes.
    bytes: String,
}

/// Every table, by name.
pub(crate) async fn tables(database: &TestDatabase) -> Vec<Table> {
    let columns = match database {
        TestDatabase::Sqlite { .. } => {
            "SELECT found.name AS table_name, info.name AS column_name,
                    'CAST(' || info.name || ' AS BLOB)' AS bytes
               FROM sqlite_master AS found JOIN pragma_table_info(found.name) AS info
              WHERE found.type = 'table' AND found.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
              ORDER BY 1, 2"
        }
        TestDatabase::Postgres { .. } => {
            "SELECT CAST(table_name AS TEXT) AS table_name, CAST(column_name AS TEXT) AS column_name,
                    CASE WHEN data_type = 'bytea' THEN CAST(column_name AS TEXT)
                         ELSE 'convert_to(CAST(' || column_name || ' AS TEXT), ''UTF8'')' END AS bytes
               FROM information_schema.columns WHERE table_schema = 'public'
              ORDER BY 1, 2"
        }
    };
    let store = database.unmigrated_store().await;
    let rows = store.read().await.unwrap().query(columns).all().await.unwrap();
    let mut tables: Vec<Table> = Vec::new();
    for row in &rows {
        let name: String = row.get("table_name").unwrap();
        let column = Column { name: row.get("column_name").unwrap(), bytes: row.get("bytes").unwrap() };
        match tables.last_mut() {
            Some(table) if table.name == name => table.columns.push(column),
            Some(_) | None => tables.push(Table { name, columns: vec![column] }),
        }
    }
    tables
}

/// The names of tables whose `pool_id` has to be that of a pool.
pub(crate) async fn tables_bound_to_pools(store: &Store, database: &TestDatabase) -> Vec<String> {
    let names = match database {
        TestDatabase::Sqlite { .. } => {
            "SELECT found.name AS name
               FROM sqlite_master AS found JOIN pragma_foreign_key_list(found.name) AS bound
              WHERE found.type = 'table' AND bound.\"table\" = 'user_pools' AND bound.\"from\" = 'pool_id'"
        }
        TestDatabase::Postgres { .. } => {
            "SELECT CAST(CAST(conrelid AS REGCLASS) AS TEXT) AS name FROM pg_constraint
              WHERE contype = 'f' AND confrelid = CAST('user_pools' AS REGCLASS)"
        }
    };
    let rows = store.read().await.unwrap().query(names).all().await.unwrap();
    rows.iter().map(|row| row.get("name").unwrap()).collect()
}

impl Table {
    pub(crate) fn has_column(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name)
    }

    /// How many rows of it carry this `pool_id`.
    pub(crate) async fn rows_of_pool(&self, store: &Store, pool_id: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) AS n FROM {} WHERE pool_id = $1", self.name);
        let mut read = store.read().await.unwrap();
        read.query(sql.leak()).bind(pool_id).one().await.unwrap().get("n").unwrap()
    }

    /// How many rows of it carry this `user_id`.
    pub(crate) async fn rows_of_user(&self, store: &Store, user_id: Uuid) -> i64 {
        let sql = format!("SELECT COUNT(*) AS n FROM {} WHERE user_id = $1", self.name);
        let mut read = store.read().await.unwrap();
        read.query(sql.leak()).bind(user_id).one().await.unwrap().get("n").unwrap()
    }

    /// Every value of every row.
    pub(crate) async fn values(&self, store: &Store) -> Vec<Vec<u8>> {
        let mut values = Vec::new();
        for Column { name, bytes } in &self.columns {
            let sql = format!("SELECT {bytes} AS value FROM {} WHERE {name} IS NOT NULL", self.name);
            let rows = store.read().await.unwrap().query(sql.leak()).all().await.unwrap();
            values.extend(rows.iter().map(|row| row.get::<Vec<u8>>("value").unwrap()));
        }
        values
    }
}
