# docker build -t mlsec-scan .
# docker run --rm -e AZURE_CLIENT_ID -e AZURE_TENANT_ID -e AZURE_CLIENT_SECRET mlsec-scan --subscription ID
# docker run --rm -v "$PWD:/work" --user "$(id -u)" mlsec-scan --snapshot estate.jsonl.gz --report html=report.html

FROM python:3.13-slim-bookworm AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE tests/constraints.txt ./
COPY scanner scanner
COPY rules rules
COPY fixtures/demo.json fixtures/demo.json
RUN python -m venv /opt/mlsec-scan \
    && /opt/mlsec-scan/bin/pip install --no-cache-dir --no-compile --disable-pip-version-check \
        --constraint constraints.txt . \
    && /opt/mlsec-scan/bin/pip uninstall --yes --quiet pip

FROM python:3.13-slim-bookworm
COPY --from=build /opt/mlsec-scan /opt/mlsec-scan
# No home, no bytecode: the image can run with a read-only root.
ENV PATH=/opt/mlsec-scan/bin:$PATH PYTHONDONTWRITEBYTECODE=1
RUN mkdir /work && chown 10001:10001 /work
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["mlsec-scan"]
CMD ["--help"]
