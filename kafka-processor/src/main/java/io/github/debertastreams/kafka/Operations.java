package io.github.debertastreams.kafka;

import io.github.debertastreams.rules.RuleValues;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the program is run.
 *
 * @param maxThreadRestarts failed stream threads that are replaced before the program gives up
 * @param stopDeadline how long a stop may take
 * @param watchInterval how often the models that are watched are looked at
 * @param endpoint where metrics and health are told; null: nowhere
 */
record Operations(
        int maxThreadRestarts,
        Duration stopDeadline,
        Duration watchInterval,
        @Nullable InetSocketAddress endpoint) {

    private static final String MAX_THREAD_RESTARTS = "max.thread.restarts";
    private static final String STOP_DEADLINE = "stop.deadline.ms";
    private static final String WATCH_INTERVAL = "model.watch.interval.ms";
    private static final String HTTP_HOST = "http.host";
    private static final String HTTP_PORT = "http.port";
    private static final String LOOPBACK = "127.0.0.1";
    private static final int MAX_PORT = 65_535;

    static final Map<String, String> KEYS = Map.of(
            MAX_THREAD_RESTARTS, "failed threads that are replaced before the program stops; default 5",
            STOP_DEADLINE, "how long a stop may take; default 30000",
            WATCH_INTERVAL, "how often the models of model.watch are looked at; default 10000",
            HTTP_PORT, "port of /metrics, /health/live and /health/ready; default: none",
            HTTP_HOST, "address of this port; default " + LOOPBACK);

    static Operations from(RuleValues host) {
        InetSocketAddress endpoint = null;
        if (host.has(HTTP_PORT)) {
            int port = host.integer(HTTP_PORT, 0, 0);
            if (port > MAX_PORT) {
                throw new IllegalArgumentException(
                        host.name(HTTP_PORT) + " is " + port + ", expected " + MAX_PORT + " or less");
            }
            endpoint = new InetSocketAddress(host.get(HTTP_HOST, LOOPBACK), port);
            if (endpoint.isUnresolved()) {
                throw new IllegalArgumentException(host.name(HTTP_HOST) + " is '" + endpoint.getHostString()
                        + "', which is no address of a machine");
            }
        }
        return new Operations(
                host.integer(MAX_THREAD_RESTARTS, 5, 0),
                Duration.ofMillis(host.integer(STOP_DEADLINE, 30_000, 0)),
                Duration.ofMillis(host.integer(WATCH_INTERVAL, 10_000, 1)),
                endpoint);
    }
}
