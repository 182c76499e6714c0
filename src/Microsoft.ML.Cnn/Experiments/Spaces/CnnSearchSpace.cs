using System.Collections;
using Microsoft.ML.Cnn.Experiments.Spaces;

namespace Microsoft.ML.Cnn;

/// <summary>
/// What an experiment may vary: names with what each may be. Choices may have spaces of their own, which vary only where they are chosen; their names are
/// then paths, such as <c>Optimizer.Momentum</c>.
/// </summary>
/// <example>
/// <code>
/// CnnSearchSpace space = new()
/// {
///     { "LearningRate", CnnSearchOption.LogUniform(0.001, 0.2, 0.03) },
///     { "Blocks", CnnSearchOption.Integer(1, 4) },
///     { "Norm", CnnSearchOption.Choice(true, false) },
/// };
/// </code>
/// </example>
public sealed class CnnSearchSpace : IEnumerable<KeyValuePair<string, CnnSearchOption>>, IEquatable<CnnSearchSpace>
{
    private readonly List<KeyValuePair<string, CnnSearchOption>> options = [];

    /// <summary>A space in which nothing varies.</summary>
    internal static CnnSearchSpace Empty { get; } = [];

    /// <summary>Things that vary, those under alternatives not counted.</summary>
    public int Count => options.Count;

    /// <summary>Adds one more thing that varies.</summary>
    /// <param name="name">Letters, digits and underscores; none twice.</param>
    /// <param name="option">What it may be.</param>
    /// <exception cref="ArgumentException">The name is there already, or is no name.</exception>
    public void Add(string name, CnnSearchOption option)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(option);
        if (!name.All(letter => char.IsLetterOrDigit(letter) || letter == '_'))
        {
            throw new ArgumentException($"A name has letters, digits and underscores, received '{name}'.", nameof(name));
        }

        if (options.Exists(other => other.Key == name))
        {
            throw new ArgumentException($"A search space has each name once, received '{name}' twice.", nameof(name));
        }

        options.Add(new(name, option));
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, CnnSearchOption>> GetEnumerator() => options.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(CnnSearchSpace? other) => other is not null && options.SequenceEqual(other.options);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CnnSearchSpace);

    /// <inheritdoc/>
    public override int GetHashCode() => options.Count;

    /// <summary>The parameters that everything has by default: what an experiment tries first.</summary>
    public CnnParameters Defaults => Draw((_, option) => option.Default);

    /// <summary>
    /// Draws parameters: asks for a value of everything that varies, in its order, and then of what varies under the alternative that was chosen. What a tuner has to propose: a value
    /// may be drawn by <see cref="CnnSearchOption.At"/>, or be that of earlier parameters, which tells what varied in them.
    /// </summary>
    /// <param name="value">The value of a name, with what it may be.</param>
    /// <exception cref="ArgumentException">A value is none that the option allows.</exception>
    public CnnParameters Draw(Func<string, CnnSearchOption, object> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Walk((path, option) => value(path.Name, option));
    }

    /// <summary>Checks that parameters have a value for everything that varies in them, one that is allowed, and nothing else.</summary>
    /// <exception cref="ArgumentException">They do not; the message says where.</exception>
    public void Require(CnnParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        HashSet<string> unknown = [.. parameters.Names];
        _ = Draw(
            (path, _) =>
                unknown.Remove(path)
                    ? parameters[path]
                    : throw new ArgumentException(
                        $"The parameters ({parameters}) have no value of '{path}', which varies in the search space.",
                        nameof(parameters)
                    )
        );
        if (unknown.Count > 0)
        {
            throw new ArgumentException(
                $"The parameters ({parameters}) have a value of '{unknown.Order(StringComparer.Ordinal).First()}', which does not vary in them. In the search space there are: {string.Join(", ", AllPaths().Select(path => path.Key.Name).Distinct())}.",
                nameof(parameters)
            );
        }
    }

    /// <summary>As <see cref="Draw"/>, and tells where each thing stands.</summary>
    internal CnnParameters Walk(Func<SearchPath, CnnSearchOption, object> value)
    {
        List<KeyValuePair<string, object>> values = [];
        Walk(name => new SearchPath(name, Condition: null), value, values);
        return new CnnParameters(values);
    }

    /// <summary>Everything that may vary, whatever is chosen.</summary>
    internal IEnumerable<KeyValuePair<SearchPath, CnnSearchOption>> AllPaths() => AllPaths(name => new SearchPath(name, Condition: null));

    /// <summary>Where the values of parameters lie, each from 0 to 1.</summary>
    /// <param name="parameters">Of this space.</param>
    internal Dictionary<SearchPath, double> PlacesOf(CnnParameters parameters)
    {
        Dictionary<SearchPath, double> places = [];
        _ = Walk(
            (path, option) =>
            {
                places.Add(path, option.PlaceOf(parameters[path.Name]));
                return parameters[path.Name];
            }
        );
        return places;
    }

    /// <summary>Parameters that together have each value of each choice, and both ends of each range: each time in one place, all else as by default.</summary>
    internal IEnumerable<(SearchPath Path, CnnParameters Parameters)> Extremes()
    {
        foreach ((SearchPath path, CnnSearchOption option) in AllPaths())
        {
            int count = option.IsCategorical ? option.Count!.Value : 2;
            for (int value = 0; value < count; value++)
            {
                yield return (path, With(path, option.At(option.IsCategorical ? (value + 0.5) / count : value)));
            }
        }
    }

    /// <summary>A copy that later additions do not reach: options are immutable.</summary>
    internal CnnSearchSpace Snapshot()
    {
        CnnSearchSpace copy = [];
        copy.options.AddRange(options);
        return copy;
    }

    /// <summary>The defaults, but for one value and what has to be chosen for it.</summary>
    private CnnParameters With(SearchPath path, object value)
    {
        Dictionary<SearchPath, object> chosen = new() { { path, value } };
        for (SearchCondition? condition = path.Condition; condition is not null; condition = condition.Choice.Condition)
        {
            chosen.Add(condition.Choice, condition.Value);
        }

        return Walk((at, option) => chosen.GetValueOrDefault(at, option.Default));
    }

    private IEnumerable<KeyValuePair<SearchPath, CnnSearchOption>> AllPaths(Func<string, SearchPath> pathOf)
    {
        foreach ((string name, CnnSearchOption option) in options)
        {
            SearchPath path = pathOf(name);
            yield return new(path, option);
            if (option is ChoiceOption choice)
            {
                foreach (
                    KeyValuePair<SearchPath, CnnSearchOption> below in choice.Choices.SelectMany(alternative =>
                        alternative.Space.AllPaths(under => path.Below(alternative.Value, under))
                    )
                )
                {
                    yield return below;
                }
            }
        }
    }

    private void Walk(
        Func<string, SearchPath> pathOf,
        Func<SearchPath, CnnSearchOption, object> value,
        List<KeyValuePair<string, object>> values
    )
    {
        foreach ((string name, CnnSearchOption option) in options)
        {
            SearchPath path = pathOf(name);
            object drawn = Allowed(path, option, value(path, option));
            values.Add(new(path.Name, drawn));
            if (option is ChoiceOption choice)
            {
                SearchAlternative chosen = choice.Choices[choice.IndexOf(drawn)];
                chosen.Space.Walk(under => path.Below(chosen.Value, under), value, values);
            }
        }
    }

    private static object Allowed(SearchPath path, CnnSearchOption option, object value)
    {
        try
        {
            _ = option.PlaceOf(value);
            return CnnParameters.Normalize(value);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"'{path}' has a value that the search space does not allow: {exception.Message}", exception);
        }
    }
}
