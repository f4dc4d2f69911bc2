package io.portcullis.tls;

/** Carries a {@link StapleFault} up to who keeps the books; expected, so without a stack. */
final class StapleRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final StapleFault fault;

    StapleRefused(StapleFault fault, String detail) {
        super(detail, null, false, false);
        this.fault = fault;
    }

    StapleFault fault() {
        return fault;
    }

    /** What was seen; our own words, or empty. */
    String detail() {
        String detail = getMessage();
        return detail == null ? "" : detail;
    }
}
