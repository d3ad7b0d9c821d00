# syntax=docker/dockerfile:1
# The image of Poolhouse: the binary, nobody's root, state in /data.

# bookworm, as the final image: a binary that was linked against a newer libc would not start there.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --release --locked --package api --bin poolhouse \
    && install -D target/release/poolhouse /out/poolhouse \
    && mkdir /out/data

# libc, libgcc, CA certificates (to fetch SAML metadata and OIDC discovery over HTTPS), and no shell.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /out/poolhouse /usr/local/bin/poolhouse
# A new named volume takes over owner and mode of the folder that it is mounted on.
COPY --from=build --chown=nonroot:nonroot /out/data /data

ENV POOLHOUSE_LISTEN=0.0.0.0:9229 \
    POOLHOUSE_TLS_LISTEN=0.0.0.0:9443 \
    POOLHOUSE_DATABASE_URL=sqlite:/data/poolhouse.db \
    POOLHOUSE_SEALING_KEY_FILE=/data/poolhouse.key
USER nonroot
WORKDIR /data
VOLUME /data
EXPOSE 9229 9443
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s --retries=3 \
    CMD ["/usr/local/bin/poolhouse", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/poolhouse"]
CMD ["serve"]
