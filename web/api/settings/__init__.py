"""Operations of the API of the settings area."""
