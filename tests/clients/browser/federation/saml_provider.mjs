// The SAML provider of `fixtures/saml_provider.py`: a process of its own, which is started and killed here.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { check } from "../told.mjs";

const PROGRAM = fileURLToPath(new URL("../../fixtures/saml_provider.py", import.meta.url));

export class SamlProvider {
  /**
   * Starts it; `port` 0 is any free one. It signs with the keys of a folder, or with new ones where there are none.
   * With the `url` of another it is an impostor, who says that he is at that address.
   */
  static async start(port, keys, ...url) {
    const provider = new SamlProvider();
    // What it warns of are its libraries' own affairs.
    const words = ["-W", "ignore", PROGRAM, String(port), keys, ...url];
    provider.process = spawn("python", words, { stdio: ["ignore", "pipe", "inherit"] });
    process.on("exit", () => provider.process.kill("SIGKILL"));
    const lines = createInterface({ input: provider.process.stdout });
    const [line] = await Promise.race([once(lines, "line"), once(lines, "close")]);
    check(line, "the SAML provider does not start");
    const known = JSON.parse(line);
    provider.port = known.port;
    provider.metadataUrl = known.metadata_url;
    provider.origin = `http://127.0.0.1:${known.port}`;
    return provider;
  }

  /** Another process at the same address, to which it is all new: keys, people, service providers. */
  async restart(keys) {
    await this.stop();
    return SamlProvider.start(this.port, keys);
  }

  async stop() {
    this.process.kill("SIGKILL");
    await once(this.process, "exit");
  }

  /** What an administrator does to make service providers known. */
  async registerAll(serviceProviders) {
    for (const serviceProvider of serviceProviders) {
      const body = JSON.stringify(serviceProvider);
      const answer = await fetch(`${this.origin}/service-providers`, { method: "POST", body });
      check(answer.ok, `the SAML provider says ${answer.status} ${await answer.text()}`);
    }
  }
}
