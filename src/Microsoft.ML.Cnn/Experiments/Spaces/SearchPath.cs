namespace Microsoft.ML.Cnn.Experiments.Spaces;

/// <summary>Where something stands in a space. Two alternatives may hold things of the same name, which are different things.</summary>
/// <param name="Name">Those of things under alternatives are paths, such as <c>Optimizer.Momentum</c>.</param>
/// <param name="Condition">What has to be chosen for it to vary; null where it always does.</param>
internal sealed record SearchPath(string Name, SearchCondition? Condition)
{
    /// <summary>Of what varies under an alternative of the choice that stands here.</summary>
    public SearchPath Below(object alternative, string name) => new($"{Name}.{name}", new SearchCondition(this, alternative));

    public override string ToString() => Name;
}

/// <summary>That a choice takes one of its alternatives.</summary>
/// <param name="Choice">Where the choice stands.</param>
/// <param name="Value">The alternative.</param>
internal sealed record SearchCondition(SearchPath Choice, object Value)
{
    /// <summary>Such as <c>Optimizer = Sgd</c>, with what that depends on itself before it.</summary>
    public override string ToString() => $"{(Choice.Condition is { } outer ? $"{outer}, " : "")}{Choice.Name} = {OptionText.Of(Value)}";
}
