"""Operations of the API of the privacy area."""
