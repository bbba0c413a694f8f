"""Operations of the garden area."""
