# One image for every process; the command picks the service: `motcua serve intake`, `motcua work kpi`...
# A production build pins the base by digest: --build-arg PYTHON=python:3.11-slim-bookworm@sha256:...
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/motcua
# The lock holds a hash for everything, and also hatchling, which builds the project itself.
COPY requirements.lock ./
RUN /opt/motcua/bin/pip install --require-hashes --no-deps --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY contracts contracts
COPY chassis chassis
COPY services services
COPY gateway gateway
COPY suite suite
RUN /opt/motcua/bin/pip install --no-deps --no-index --no-build-isolation .

FROM ${PYTHON}
RUN groupadd --gid 10001 motcua \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin motcua
COPY --from=build /opt/motcua /opt/motcua
# A volume mounted here belongs to us from its first day.
RUN install --directory --mode 0700 --owner motcua --group motcua /var/lib/motcua/imports
ENV PATH=/opt/motcua/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /tmp
EXPOSE 8080
ENTRYPOINT ["motcua"]
CMD ["--help"]
