package io.portcullis.doctor;

import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the start page and the way to it say: clock, redirects, what the page loads. */
final class HttpCheck {
    /** A minute may be the way; more is a clock. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    private static final Pattern TAG =
            Pattern.compile("(?i)<(script|img|iframe|audio|video|source|embed|object|form|link)\\s([^>]{0,2000}+)>");
    private static final Pattern ADDRESS =
            Pattern.compile("(?i)\\b(?:src|href|action|data|srcset|poster)\\s*=\\s*[\"']?(http://[^\"'\\s>]{1,500})");
    private static final int SHOWN = 5;

    private final Patient patient;
    private final Clock clock;

    HttpCheck(Patient patient, Clock clock) {
        this.patient = patient;
        this.clock = clock;
    }

    List<Finding> check(Journey journey) {
        List<Finding> found = new ArrayList<>();
        if (!journey.answers().isEmpty()) {
            skew(journey.answers().getFirst(), found);
            URI last = journey.pages().getLast();
            if ("https".equals(last.getScheme())
                    && journey.pages().size() == journey.answers().size()) {
                mixed(last, journey.answers().getLast(), found);
            }
        }
        redirects(journey, found);
        return found;
    }

    private void skew(HttpAnswer answer, List<Finding> found) {
        String date = answer.first("date");
        if (date == null) {
            return;
        }
        try {
            Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration apart = Duration.between(clock.instant(), theirs);
            if (apart.abs().compareTo(SKEW) > 0) {
                found.add(Ailment.CLOCK_SKEW.at(
                        patient.where(),
                        "the server's clock is " + amount(apart.abs()) + (apart.isNegative() ? " behind" : " ahead of")
                                + " the clock here",
                        "Date: " + date + ", and here it is "
                                + DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                        clock.instant().atZone(java.time.ZoneOffset.UTC)),
                        "find out which is wrong (date -u on both) and let it be set by NTP (timedatectl set-ntp true);"
                                + " certificates and tickets fail by a wrong clock"));
            }
        } catch (DateTimeException e) {
            // A date that cannot be read says nothing about a clock.
            return;
        }
    }

    private static String amount(Duration apart) {
        return apart.toDays() > 1 ? apart.toDays() + " days" : apart.toMinutes() + " min";
    }

    private void mixed(URI page, HttpAnswer answer, List<Finding> found) {
        Set<String> loads = new LinkedHashSet<>();
        Matcher tags = TAG.matcher(answer.body());
        while (tags.find()) {
            boolean plainLink = tags.group(1).equalsIgnoreCase("link")
                    && !tags.group(2)
                            .matches("(?is).*\\brel\\s*=\\s*[\"']?[^\"']{0,100}(stylesheet|icon|preload|manifest).*");
            Matcher address = ADDRESS.matcher(tags.group(2));
            if (!plainLink && address.find()) {
                loads.add("<" + tags.group(1).toLowerCase(java.util.Locale.ROOT) + "> " + address.group(1));
            }
        }
        if (!loads.isEmpty()) {
            found.add(Ailment.MIXED_CONTENT.at(
                    patient.where(),
                    "the start page is HTTPS and loads or sends by plain HTTP, which browsers block or warn of",
                    page + " has "
                            + String.join(", ", loads.stream().limit(SHOWN).toList())
                            + (loads.size() > SHOWN ? " and " + (loads.size() - SHOWN) + " more" : ""),
                    "write https:// (or no scheme and host at all) in the page; if the application makes these itself, let it"
                            + " believe X-Forwarded-Proto from this proxy"));
        }
    }

    private void redirects(Journey journey, List<Finding> found) {
        if (journey.loops()) {
            found.add(Ailment.REDIRECT_LOOP.at(
                    patient.where(),
                    "a redirect loops: no browser ever gets a page",
                    journey.told(),
                    "who redirects does not know that the client came by HTTPS already: let the application behind believe"
                            + " X-Forwarded-Proto, or take its own redirect to HTTPS away; in nginx, let it stand in the server of"
                            + " port 80 alone"));
        }
        if (journey.dead() != null && journey.pages().size() > 1) {
            URI last = journey.pages().getLast();
            URI before = journey.pages().get(journey.pages().size() - 2);
            boolean lost = last.getPort() < 0 && before.getPort() > 0;
            found.add(Ailment.REDIRECT_PORT.at(
                    patient.where(),
                    lost
                            ? "a redirect loses the port: nothing useful answers on port " + Journey.port(last)
                            : "a redirect leads to port " + Journey.port(last) + ", where nothing useful answers",
                    journey.told() + ": " + journey.dead(),
                    "redirect to the port on which HTTPS is reached (in Portcullis: listeners.<name>.redirect-to-https.port),"
                            + " or publish HTTPS on port " + Journey.port(last)));
        }
    }
}
