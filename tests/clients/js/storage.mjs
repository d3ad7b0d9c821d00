// What browsers give libraries to keep things in (Web Storage): texts only, and null for what is not there.

export class BrowserStorage {
  /** `items`: those of an earlier visit. */
  constructor(items = {}) {
    this.items = { ...items };
  }

  getItem(key) {
    return Object.hasOwn(this.items, key) ? this.items[key] : null;
  }

  setItem(key, value) {
    this.items[key] = String(value);
  }

  removeItem(key) {
    delete this.items[key];
  }

  clear() {
    this.items = {};
  }
}

/** The same for Amplify, which waits for each call. */
export class SlowStorage extends BrowserStorage {
  async getItem(key) {
    return super.getItem(key);
  }

  async setItem(key, value) {
    super.setItem(key, value);
  }

  async removeItem(key) {
    super.removeItem(key);
  }

  async clear() {
    super.clear();
  }
}
