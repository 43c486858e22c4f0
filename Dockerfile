# syntax=docker/dockerfile:1
# Two images: `web` (also migrations and beat) without what trains networks, and `worker`, which is built upon it.

FROM python:3.13-slim AS web-packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY pyproject.toml README.md /build/
RUN /opt/venv/bin/pip install "/build[s3,sentry]"

FROM web-packages AS worker-packages
RUN /opt/venv/bin/pip install "/build[attacker,endpoint,s3,sentry]"

FROM python:3.13-slim AS web
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    SWEETSPOT_MODE=production SWEETSPOT_VAR=/var/lib/sweetspot WEB_BIND=0.0.0.0:8000
# Reports name classes in any script; backups are made by PostgreSQL's own client, as new as its server.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-noto-core fonts-noto-cjk postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 1000 --home-dir /var/lib/sweetspot --create-home sweetspot \
    && install --directory --owner sweetspot --mode 700 /backups /scratch
COPY --from=web-packages /opt/venv /opt/venv
COPY . /app
WORKDIR /app
# Static files belong to the image. They need no secret: collecting runs in local mode, its throw-away key is removed.
RUN SWEETSPOT_MODE=local SWEETSPOT_VAR=/tmp/build STATIC_ROOT=/app/static-collected \
    python manage.py collectstatic --no-input --verbosity 0 && rm -rf /tmp/build
ENV STATIC_ROOT=/app/static-collected
USER sweetspot
VOLUME /var/lib/sweetspot /backups /scratch
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.gunicorn"]

FROM web AS worker
USER root
# torch.compile builds its launchers for a GPU with a C compiler.
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY --from=worker-packages /opt/venv /opt/venv
USER sweetspot
