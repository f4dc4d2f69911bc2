package io.portcullis.config;

import java.time.Duration;

/**
 * How many requests an upstream is given at once, as its latency tells.
 *
 * @param min never fewer may wait for answers, 1 to 100000; as many while the least latency is measured anew
 * @param initial as many at first, min to max
 * @param max never more, min to 1000000
 * @param tolerancePercent of the least latency: slower answers lower the limit, 101 to 1000
 * @param window between two looks, 10 ms to 10 s
 * @param remeasure after so long without an answer as fast as tolerance allows the least latency is measured anew, 1 s to 1 h
 */
public record AdaptiveConfig(
        int min, int initial, int max, int tolerancePercent, Duration window, Duration remeasure) {}
