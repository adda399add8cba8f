package dev.flops.models.data;

import dev.flops.api.LabelledExamples;

/** Examples each of which belongs to several classes by shares: what learns them learns the shares, not the one label. */
public interface SoftLabelledExamples extends LabelledExamples {
    /**
     * The shares q of an example.
     *
     * @param example index of the example
     * @param shares modified: receives q_c, at least 0 and 1 in sum; all 0 before the call
     */
    void sharesInto(int example, float[] shares);
}
