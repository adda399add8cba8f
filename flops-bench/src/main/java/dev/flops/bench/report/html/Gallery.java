package dev.flops.bench.report.html;

import java.util.List;

/**
 * Pictures side by side.
 *
 * @param title what they show
 * @param pictures the pictures in order
 */
public record Gallery(String title, List<Picture> pictures) {
    /** Copies the list. */
    public Gallery {
        pictures = List.copyOf(pictures);
    }
}
