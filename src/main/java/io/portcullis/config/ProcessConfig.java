package io.portcullis.config;

import java.time.Duration;

/**
 * How the process behaves as a whole.
 *
 * @param drainTimeout how long running exchanges may take to finish after SIGTERM; then they are cut
 * @param watchFiles whether changed files (configuration, certificates, keys) reload by themselves
 * @param watchSettle how long files must stay quiet before a watched change is read
 * @param logLevel least severe diagnostics that are printed: {@code error}, {@code warn}, {@code info}, {@code debug}
 */
public record ProcessConfig(Duration drainTimeout, boolean watchFiles, Duration watchSettle, String logLevel) {}
