# The production image: the locked packages and the code, no build tools, no root.
FROM python:3.13-slim AS packages
COPY requirements.lock scripts/uv.lock /locks/
RUN pip install --no-cache-dir --require-hashes -r /locks/uv.lock \
    && python -m venv /opt/tatiana \
    && VIRTUAL_ENV=/opt/tatiana uv pip sync --no-cache --compile-bytecode --require-hashes /locks/requirements.lock

FROM python:3.13-slim
RUN groupadd --system --gid 10001 tatiana && useradd --system --uid 10001 --gid tatiana --no-create-home tatiana
COPY --from=packages /opt/tatiana /opt/tatiana
WORKDIR /srv/tatiana
COPY app app
COPY discord_api discord_api
COPY interactions interactions
COPY locales locales
COPY migrations migrations
COPY models models
COPY services services
COPY web web
COPY deploy/tatiana /usr/local/bin/tatiana
RUN /opt/tatiana/bin/python -m compileall -q .
ENV HOST=0.0.0.0 PORT=8080 PYTHONUNBUFFERED=1
# Numeric, so that Kubernetes can tell it is not root.
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
CMD ["tatiana", "web"]
