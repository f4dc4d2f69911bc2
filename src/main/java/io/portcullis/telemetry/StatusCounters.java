package io.portcullis.telemetry;

import io.micrometer.core.instrument.Counter;

/** One counter for each class of status, registered ahead so that a first 5xx is seen as an increase from 0. */
final class StatusCounters {
    private static final String[] CLASSES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private final Counter[] counters = new Counter[CLASSES.length];

    /**
     * @param more values of the tags that follow the class
     */
    StatusCounters(MeterGroup group, MeterName name, String... more) {
        for (int i = 0; i < CLASSES.length; i++) {
            String[] values = new String[more.length + 1];
            values[0] = CLASSES[i];
            System.arraycopy(more, 0, values, 1, more.length);
            counters[i] = group.counter(name, values);
        }
    }

    /** Counts a status, 100 to 599; anything else is {@code none}. */
    void increment(int status) {
        int index = status >= 100 && status < 600 ? status / 100 : 0;
        counters[index].increment();
    }
}
